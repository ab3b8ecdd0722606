"""`vsat serve`: the page in the browser, and the HTTP API behind it (docs/page.md, docs/api.md)."""
