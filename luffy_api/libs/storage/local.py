"""Files on this machine: public ones under /media/, private ones under signed addresses."""

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import quote

from django.core import signing
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

SALT = "luffy.libs.storage.local"
# What a playlist may refer to. A film in the same folder is somebody else's.
HLS_PARTS = {".m3u8", ".ts", ".m4s", ".aac", ".vtt", ".key"}


class BadSignature(Exception):
    """The address was edited, is for another file, or its time is over."""


class PrivateFileSystemStorage(FileSystemStorage):
    """Files that only a signed, expiring address opens.

    The signature covers one file; for an HLS playlist it covers the folder of the playlist, where
    its segments lie, since a player resolves their relative names against the same address.
    """

    def signed_url(self, name: str, *, expires_at: datetime) -> str:
        """An address that works until `expires_at` (UTC)."""
        scope = self._scope(name)
        token = signing.dumps([scope, int(expires_at.timestamp())], salt=SALT)
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
        path = PurePosixPath(name)
        is_part = scope.endswith("/") and path.suffix.lower() in HLS_PARTS
        if name != scope and not (is_part and name.startswith(scope)):
            raise BadSignature
        if ".." in path.parts:
            raise BadSignature
        if timezone.now().timestamp() >= expires_at:
            raise BadSignature

    @staticmethod
    def _scope(name: str) -> str:
        path = PurePosixPath(name)
        return f"{path.parent}/" if path.suffix.lower() == ".m3u8" else name
