"""A small server with made recordings, for the tests and the benchmark of the transcript page: it
speaks the page's HTTP interface, keeps everything in memory and needs nothing installed.
"""
