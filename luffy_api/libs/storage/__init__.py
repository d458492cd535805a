"""Files behind one small interface; settings.STORAGES chooses where they lie."""

from datetime import datetime

from django.core.files.storage import Storage, storages

from luffy_api.libs.storage.local import PrivateFileSystemStorage

__all__ = ["private_storage", "signed_url"]


def private_storage() -> Storage:
    """Where files lie that only a signed address opens."""
    return storages["private"]


def signed_url(name: str, *, expires_at: datetime) -> str:
    """An address of a private file that works until `expires_at` (UTC)."""
    storage = private_storage()
    assert isinstance(storage, PrivateFileSystemStorage)
    return storage.signed_url(name, expires_at=expires_at)
