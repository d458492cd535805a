"""Subtitles for one viewer: beside the video by an address of their own, and in the HLS master.

They are asked for by the token of the video's playlists, so that whoever may not watch any more
reads no subtitles either.
"""

import re
from datetime import datetime

from luffy_api.apps.learning import hls
from luffy_api.apps.learning.exceptions import NotPlayable
from luffy_api.apps.learning.videos import WatchableVideo
from luffy_api.apps.learning.viewers import Viewer
from luffy_api.apps.video import subtitles
from luffy_api.apps.video.subtitles import SubtitleLanguage
from luffy_api.libs.video.formats import HLS_SUFFIX

FOLDER = "subtitles/"
NAME = re.compile(rf"subtitles/([A-Za-z-]{{2,8}})\.(vtt|{HLS_SUFFIX[1:]})", re.ASCII)
GROUP = "subtitles"
STREAM = "#EXT-X-STREAM-INF:"


def url(
    language: SubtitleLanguage,
    *,
    section_id: int,
    video: str,
    viewer: Viewer,
    expires_at: datetime,
) -> str:
    """The path of the WebVTT beside the stored `video`, for this viewer."""
    folder = video.rpartition("/")[0]
    name = f"{folder}/{language.lang}.vtt"
    path = hls.playlist_url(section_id, name, viewer=viewer, expires_at=expires_at)
    beside, _, file = path.rpartition("/")
    return f"{beside}/{FOLDER}{file}"


def render(watchable: WatchableVideo, name: str) -> str:
    """The WebVTT or the playlist of it that `name` asks for. Raises NotPlayable."""
    match = NAME.fullmatch(name)
    webvtt = subtitles.webvtt_of(watchable.section_id, match[1]) if match else None
    if match is None or webvtt is None:
        raise NotPlayable
    return webvtt if match[2] == "vtt" else _playlist(match[1], watchable.duration)


def _playlist(language: str, duration: int) -> str:
    """One segment as long as the video: players fetch all of it, which is less than a picture."""
    length = max(1, duration)
    return (
        f"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:{length}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        f"#EXTINF:{length},\n{language}.vtt\n#EXT-X-ENDLIST\n"
    )


def announce(master: str, section_id: int) -> str:
    """A master playlist that names the section's subtitles (RFC 8216, 4.3.4.1). One query."""
    languages = subtitles.languages_of(section_id)
    if not languages or STREAM not in master:
        return master
    tags = [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{GROUP}",NAME="{each.label}",'
        f'LANGUAGE="{each.lang}",AUTOSELECT=YES,DEFAULT=NO,URI="{FOLDER}{each.lang}{HLS_SUFFIX}"'
        for each in languages
    ]
    head, *rest = master.split("\n")
    lines = [f'{line},SUBTITLES="{GROUP}"' if line.startswith(STREAM) else line for line in rest]
    return "\n".join([head, *tags, *lines])
