"""Tables in Markdown."""

from collections.abc import Collection, Iterable, Sequence


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[int] = ()
) -> str:
    r"""The lines of a table, joined; bars in cells are escaped, the columns `right` aligned right.

    >>> print(table(("name", "s"), [("a|b", "1")], right=(1,)))
    | name | s |
    | --- | ---: |
    | a\|b | 1 |
    """
    rule = ["---:" if i in right else "---" for i in range(len(header))]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
        for cells in (header, rule, *rows)
    )
