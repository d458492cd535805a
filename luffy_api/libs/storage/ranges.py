"""The Range header of RFC 9110, section 14, for one file."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

SPEC = re.compile(r"([0-9]*)-([0-9]*)", re.ASCII)
# Numbers of more digits are larger than any file; converting them would cost time.
MAX_DIGITS = 18
# Players request one range. A few are answered with the whole file, more with 416.
MAX_SPECS = 8


@dataclass(frozen=True)
class ByteRange:
    """Bytes of a file: the first one and how many."""

    start: int
    length: int


class Unsatisfiable(Exception):
    """To be answered 416: bytes that the file does not have, or an invalid or excessive Range."""


def parse(header: str, size: int) -> ByteRange | None:
    """The requested part of a file of `size` bytes; None for the whole file. Raises Unsatisfiable.

    Units other than bytes, and several ranges at once, are ignored, as the RFC allows.
    """
    unit, separator, text = header.partition("=")
    if not separator or unit.strip().lower() != "bytes":
        return None
    specs = [spec.strip() for spec in text.split(",")]
    if len(specs) > MAX_SPECS:
        raise Unsatisfiable
    ranges = [_one(spec, size) for spec in specs]
    return ranges[0] if len(ranges) == 1 else None


def _one(spec: str, size: int) -> ByteRange:
    match = SPEC.fullmatch(spec)
    if match is None or spec == "-":
        raise Unsatisfiable
    first, last = match.groups()
    if not first:
        start, end = max(size - _number(last), 0), size - 1
    else:
        start, end = _number(first), min(_number(last), size - 1) if last else size - 1
    if start > end:
        raise Unsatisfiable
    return ByteRange(start, end - start + 1)


def _number(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= MAX_DIGITS else 10**MAX_DIGITS


class FilePart(io.FileIO):
    """A file from byte `start` on that ends after `length` bytes.

    Unbuffered, at positions of the real file: the server's sendfile starts at `tell()`.
    """

    def __init__(self, path: Path, start: int, length: int) -> None:
        super().__init__(path, "rb")
        self._end = start + length
        self.seek(start)

    def read(self, size: int | None = -1, /) -> bytes:
        """At most the bytes up to the end of the part."""
        left = max(self._end - self.tell(), 0)
        return super().read(left if size is None or size < 0 else min(size, left)) or b""
