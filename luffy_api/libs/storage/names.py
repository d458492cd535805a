"""Names of stored files: file names of uploads made safe, invalid names rejected."""

import re
import secrets
import unicodedata

from django.utils.text import get_valid_filename

from luffy_api.libs.storage.exceptions import NameRejected

# A file system takes 255 bytes a part, a FileField 255 characters in all; Django may add eight.
MAX_STEM_BYTES = 120
SUFFIX = re.compile(r"\.[a-z0-9]{1,10}", re.ASCII)
MAX_NAME_BYTES = 700
UNSAFE = re.compile(r"[\x00-\x1f\x7f\\\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def safe_filename(filename: str) -> str:
    """A file name without folders that every storage accepts; letters of all scripts stay.

    `../../路飞 学城.MP4` becomes `路飞_学城.mp4`; where nothing is left, the name is random.
    """
    text = unicodedata.normalize("NFC", UNSAFE.sub("/", filename)).rpartition("/")[2]
    text = re.sub(r"[^-\w. ]", "", text).rstrip(" .")
    stem, dot, ending = text.rpartition(".")
    suffix = f".{ending.lower()}"
    if not dot or not SUFFIX.fullmatch(suffix):
        stem, suffix = text, ""
    stem = _cut(stem.strip(" .-")).strip(" .-")
    return get_valid_filename((stem or secrets.token_hex(8)) + suffix)


def _cut(text: str) -> str:
    """As many whole characters as fit into MAX_STEM_BYTES."""
    return text.encode()[:MAX_STEM_BYTES].decode(errors="ignore")


def check_name(name: str) -> str:
    """The name itself; raises NameRejected unless it is a relative path inside of the storage.

    Hidden files and folders are the storage's own (parts of unfinished uploads).
    """
    parts = name.split("/")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise NameRejected from None
    invalid = any(part in {"", ".", ".."} or part.startswith(".") for part in parts)
    if invalid or size > MAX_NAME_BYTES or UNSAFE.search(name):
        raise NameRejected
    return name
