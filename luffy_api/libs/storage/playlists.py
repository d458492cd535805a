"""HLS playlists (RFC 8216): signing the URIs in them, and writing a master playlist."""

import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from luffy_api.libs.storage.exceptions import NameRejected, PlaylistRejected
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import Variant
from luffy_api.libs.video.formats import HLS_SUFFIX, is_hls

PART_SUFFIXES = {HLS_SUFFIX, ".ts", ".m4s", ".mp4", ".aac", ".vtt", ".key"}
# Ten hours of segments of two seconds, with long names.
MAX_BYTES = 4 * 1024 * 1024
URI = re.compile(r'((?:^|[:,])URI=)"([^"]*)"')


def rewrite(content: bytes, *, name: str, sign: Callable[[str], str], root: str = "") -> str:
    """The playlist `name` with the URI of each part replaced by `sign(<stored name of the part>)`.

    `root` is the storage's folder in its bucket.

    Raises PlaylistRejected for what is not a playlist, and for URIs outside of its folder.
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
    """The stored name that the URI `reference` in the playlist `name` means.

    Qiniu writes paths from the root of the bucket (`/private/folder/part.ts`), which are accepted
    inside of the playlist's folder. Raises PlaylistRejected.
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
    # A playlist in the same folder is another video; renditions lie in folders below.
    if is_hls(part) and posixpath.dirname(part) == folder:
        raise PlaylistRejected
    return part


def master_playlist(variants: Iterable[Variant], *, folder: str) -> str:
    """The master playlist of variants, whose own playlists lie in folders below `folder`."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:3"]
    for variant in sorted(variants, key=lambda each: each.bandwidth):
        size = f"{variant.width}x{variant.height}"
        lines += [
            f'#EXT-X-STREAM-INF:BANDWIDTH={variant.bandwidth},RESOLUTION={size},NAME="{variant.height}P"',
            posixpath.relpath(variant.name, folder),
        ]
    return "\n".join(lines) + "\n"
