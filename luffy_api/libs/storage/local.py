"""Files on this machine: public ones under /media/, private ones under signed addresses."""

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import quote

from django.core import signing
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

SALT = "luffy.libs.storage.local"
# What a playlist may refer to. A film in the same folder is somebody else's.
PLAYLIST = ".m3u8"
HLS_PARTS = {".m3u8", ".ts", ".m4s", ".aac", ".vtt", ".key"}


class BadSignature(Exception):
    """The address was edited, is for another file, or its time is over."""


class PrivateFileSystemStorage(FileSystemStorage):
    """Files that only a signed, expiring address opens.

    The signature covers one file. For an HLS playlist it covers its parts too, since a player
    resolves their relative names against the same address: the segments beside it and whatever lies
    in folders below. Another playlist beside it is another film, so each upload needs a folder.
    """

    def signed_url(self, name: str, *, expires_at: datetime) -> str:
        """An address that works until `expires_at` (UTC)."""
        token = signing.dumps([name, int(expires_at.timestamp())], salt=SALT)
        return f"{self.base_url}{quote(token)}/{quote(name)}"

    def url(self, name: str | None) -> str:
        """A private file has no lasting address; this one is for the next ten minutes."""
        return self.signed_url(name or "", expires_at=timezone.now() + timedelta(minutes=10))

    def check(self, token: str, name: str) -> None:
        """Raises BadSignature unless the token opens `name` right now."""
        try:
            scope, expires_at = signing.loads(token, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise BadSignature from error
        opened = name == scope or _is_part(playlist=PurePosixPath(scope), part=PurePosixPath(name))
        if not opened or timezone.now().timestamp() >= expires_at:
            raise BadSignature


def _is_part(*, playlist: PurePosixPath, part: PurePosixPath) -> bool:
    if playlist.suffix.lower() != PLAYLIST or ".." in part.parts:
        return False
    if part.suffix.lower() == PLAYLIST and part.parent == playlist.parent:
        return False
    return part.suffix.lower() in HLS_PARTS and playlist.parent in part.parents
