"""Names of files: what people call theirs made safe, and what is no name refused."""

import re
import secrets
import unicodedata

from django.utils.text import get_valid_filename

from luffy_api.libs.storage.exceptions import NameRejected

# A file system takes 255 bytes per part, a FileField 255 characters in all; Django may add eight.
STEM_BYTES = 120
SUFFIX = re.compile(r"\.[a-z0-9]{1,10}", re.ASCII)
NAME_BYTES = 700
UNSAFE = re.compile(r"[\x00-\x1f\x7f\\\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def safe_filename(filename: str) -> str:
    """A file name without folders that every storage takes; letters of all scripts stay.

    `../../路飞 学城.MP4` becomes `路飞_学城.mp4`; what leaves nothing gets a random name.
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
    """As many whole characters as fit."""
    return text.encode()[:STEM_BYTES].decode(errors="ignore")


def check_name(name: str) -> str:
    """The name itself; raises NameRejected unless it lies inside of its area.

    Hidden folders are the storage's own (the parts of uploads that are under way).
    """
    parts = name.split("/")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise NameRejected from None
    odd = any(part in {"", ".", ".."} or part.startswith(".") for part in parts)
    if odd or size > NAME_BYTES or UNSAFE.search(name):
        raise NameRejected
    return name
