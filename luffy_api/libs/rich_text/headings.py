"""Levels of headings in a text that stands below the title of a page."""

import re

# Of sanitised HTML: no heading has attributes, and all are closed.
_HEADING = re.compile(r"<(?P<end>/?)h(?P<level>[1-6])>")
DEEPEST = 6


def below_title(html: str) -> str:
    """The same with headings that begin at h2 and go one level deeper at most at a time.

    Who writes a text chooses levels by their size, or begins with h1; a screen reader then tells of
    parts that are not there. What stood deeper still does, and equal ones stay equal.
    """
    above: list[int] = []
    unclosed: list[int] = []

    def renumber(tag: re.Match[str]) -> str:
        if tag["end"]:
            return f"</h{unclosed.pop()}>" if unclosed else ""
        written = int(tag["level"])
        while above and above[-1] >= written:
            above.pop()
        above.append(written)
        unclosed.append(min(1 + len(above), DEEPEST))
        return f"<h{unclosed[-1]}>"

    return _HEADING.sub(renumber, html)
