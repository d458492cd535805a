"""Lines of the bills that payment providers offer as files."""

from collections.abc import Iterator
from io import TextIOWrapper

MAX_LINE = 8192  # characters


def read_lines(text: TextIOWrapper, *, invalid: type[Exception]) -> Iterator[str]:
    """Yield the lines that are not blank, without their ends; `invalid` is raised for a long one.

    A line is never read beyond MAX_LINE, so that a file without line ends fills no memory.
    """
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise invalid("a line is too long")
        if line := line.strip("\r\n"):
            yield line
