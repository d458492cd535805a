"""Arguments of the commands that write and read backups."""

from argparse import ArgumentTypeError
from pathlib import Path


def folder(text: str) -> Path:
    """A path. A blank one, as from a variable that is not set, would be the current folder."""
    if not text.strip():
        raise ArgumentTypeError("name a folder")
    return Path(text)
