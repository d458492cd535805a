"""Downloads: files that browsers save under the last part of their name instead of opening them."""

from pathlib import PurePosixPath

from django.utils.http import content_disposition_header

# Stands before the name in the URL of a download. `check_name` refuses hidden folders, so that no
# file has such a name: a signature opens either the download or the file, never the other.
PREFIX = ".download/"


def filename(name: str) -> str:
    """The last part of a stored name, the file name that people see."""
    return PurePosixPath(name).name


def disposition(name: str) -> str:
    """The header Content-Disposition of a download (RFC 6266; other scripts by RFC 8187)."""
    header: str = content_disposition_header(True, filename(name))
    return header


def as_download(name: str) -> str:
    """What is signed, and stands in the URL of a download, instead of the name."""
    return PREFIX + name


def parse_download(signed_name: str) -> tuple[str, bool]:
    """The stored name in a signed URL, and whether the URL is one of a download."""
    return signed_name.removeprefix(PREFIX), signed_name.startswith(PREFIX)
