"""Files that browsers save instead of opening them, under the last part of their own name."""

from pathlib import PurePosixPath

from django.utils.http import content_disposition_header

# No file is called like this, for `check_name` refuses hidden folders: so the signature of a marked
# name opens nothing else, and that of a plain name no download.
MARK = ".download/"


def filename(name: str) -> str:
    """What people know the file `name` by."""
    return PurePosixPath(name).name


def disposition(name: str) -> str:
    """The header Content-Disposition (RFC 6266, letters of all scripts by RFC 8187)."""
    header: str = content_disposition_header(True, filename(name))
    return header


def marked(name: str) -> str:
    """What is signed and stands in the address instead of the name."""
    return MARK + name


def unmarked(name: str) -> tuple[str, bool]:
    """The name in a signed address, and whether it is a download."""
    return name.removeprefix(MARK), name.startswith(MARK)
