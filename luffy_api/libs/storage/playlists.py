"""HLS playlists (RFC 8216): every address in them signed, or made anew from qualities."""

import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from luffy_api.libs.storage.exceptions import NameRejected, PlaylistRejected
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import Variant
from luffy_api.libs.video.formats import HLS_SUFFIX
from luffy_api.libs.video.formats import is_hls as is_playlist

PART_SUFFIXES = {HLS_SUFFIX, ".ts", ".m4s", ".mp4", ".aac", ".vtt", ".key"}
# Ten hours of segments of two seconds, with long names.
MAX_BYTES = 4 * 1024 * 1024
URI = re.compile(r'((?:^|[:,])URI=)"([^"]*)"')


def rewrite(content: bytes, *, name: str, sign: Callable[[str], str], root: str = "") -> str:
    """The playlist `name` with each part's address replaced by `sign(<name of the part>)`.

    `root` is the folder of the area in its bucket.

    Raises PlaylistRejected for what is no playlist or refers to anything but parts that lie in its
    own folder or below.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlaylistRejected from None
    lines = text.splitlines()
    if len(content) > MAX_BYTES or not lines or lines[0].strip() != "#EXTM3U":
        raise PlaylistRejected

    def signed(reference: str) -> str:
        return sign(part_name(name, reference, root=root))

    return "\n".join(_line(line.strip(), signed) for line in lines) + "\n"


def _line(line: str, sign: Callable[[str], str]) -> str:
    if not line:
        return line
    if not line.startswith("#"):
        return sign(line)
    return URI.sub(lambda match: f'{match[1]}"{sign(match[2])}"', line)


def part_name(name: str, reference: str, *, root: str = "") -> str:
    """The stored name of what a playlist calls `reference`; raises PlaylistRejected.

    Qiniu writes paths from the top of the bucket (`/private/folder/part.ts`); they are taken when
    they lead into the playlist's folder too.
    """
    try:
        parts = urlsplit(reference)
    except ValueError:
        raise PlaylistRejected from None
    if parts.scheme or parts.netloc or parts.query or parts.fragment or not parts.path:
        raise PlaylistRejected
    path = unquote(parts.path)
    folder = posixpath.dirname(name)
    part = path[1:].removeprefix(root) if path[0] == "/" else posixpath.join(folder, path)
    try:
        check_name(part)
    except NameRejected:
        raise PlaylistRejected from None
    inside = part.startswith(f"{folder}/") if folder else path[0] != "/"
    if not inside or part == name or PurePosixPath(part).suffix.lower() not in PART_SUFFIXES:
        raise PlaylistRejected
    # A playlist beside this one is another film; the qualities of a film lie in folders below.
    if is_playlist(part) and posixpath.dirname(part) == folder:
        raise PlaylistRejected
    return part


def master(variants: Iterable[Variant], *, folder: str) -> str:
    """A playlist that offers qualities; each one's playlist lies in a folder below `folder`."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:3"]
    for variant in sorted(variants, key=lambda each: each.bandwidth):
        size = f"{variant.width}x{variant.height}"
        lines += [
            f'#EXT-X-STREAM-INF:BANDWIDTH={variant.bandwidth},RESOLUTION={size},NAME="{variant.height}P"',
            posixpath.relpath(variant.name, folder),
        ]
    return "\n".join(lines) + "\n"
