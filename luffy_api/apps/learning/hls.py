"""HLS playlists for one viewer: requested by a signed URL, made anew each time.

The URL says which section, which video, who and until when. Whether that viewer may still watch
is asked of the database whenever a playlist is fetched, whatever the storage; each segment in it
carries a signature of its own that dies soon, and where it is ours is asked about as well.
"""

import posixpath
from datetime import UTC, datetime

from django.core import signing
from django.utils import timezone

from luffy_api.apps.learning import signed_urls
from luffy_api.apps.learning.exceptions import LinkExpired, NotPlayable
from luffy_api.apps.learning.videos import WatchableVideo
from luffy_api.apps.learning.viewers import Viewer
from luffy_api.libs import storage
from luffy_api.libs.storage import playlists
from luffy_api.libs.video import formats

SALT = "luffy.course.playlists"
SUBTITLES_TYPE = "text/vtt; charset=utf-8"


def playlist_url(section_id: int, name: str, *, viewer: Viewer, expires_at: datetime) -> str:
    """The path of the playlist `name` for this viewer."""
    folder, _, file = name.rpartition("/")
    claim = [section_id, folder, viewer.user_id or 0, int(expires_at.timestamp())]
    if viewer.preview_ends_at is not None:
        claim.append(int(viewer.preview_ends_at.timestamp()))
    token = signing.dumps(claim, salt=SALT)
    return f"/api/v1/course/section/{section_id}/hls/{token}/{file}"


def read_token(token: str, *, section_id: int) -> tuple[str, Viewer, datetime]:
    """(folder of the video, viewer, expiry in UTC). Raises LinkExpired."""
    try:
        claimed, folder, user_id, ends, *preview = signing.loads(token, salt=SALT)
        expires_at = datetime.fromtimestamp(ends, UTC)
        preview_ends_at = datetime.fromtimestamp(preview[0], UTC) if preview else None
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkExpired from error
    if claimed != section_id or timezone.now() >= expires_at:
        raise LinkExpired
    return folder, Viewer(user_id or None, preview_ends_at), expires_at


def content_type_of(name: str) -> str:
    """Of what has an address below that of a playlist."""
    return SUBTITLES_TYPE if name.endswith(".vtt") else formats.HLS_CONTENT_TYPE


def render(watchable: WatchableVideo, *, name: str, viewer: Viewer, expires_at: datetime) -> str:
    """The playlist `name` with segments signed for this viewer.

    The URLs of other playlists stay below this one. Raises NotPlayable when it is gone or is
    not one.
    """
    folder = posixpath.dirname(name)
    until = min(expires_at, signed_urls.url_expiry(watchable.duration))

    def sign(part: str) -> str:
        if formats.is_hls(part):
            return posixpath.relpath(part, folder)
        return signed_urls.of_section(watchable.section_id, part, viewer=viewer, expires_at=until)

    if not formats.is_hls(name):
        raise NotPlayable
    try:
        content = storage.private_storage().read_range(name, 0, playlists.MAX_BYTES + 1)
        root = storage.private_storage().root
        return playlists.rewrite(content, name=name, sign=sign, root=root)
    except (storage.ObjectMissing, storage.PlaylistRejected, storage.NameRejected) as error:
        raise NotPlayable from error
