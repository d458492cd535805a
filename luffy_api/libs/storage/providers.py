"""From a private area to its ways up. A provider's SDK is imported only where it is used."""

from luffy_api.libs.storage.areas import Area, Uploads
from luffy_api.libs.storage.local import PrivateLocalStorage
from luffy_api.libs.storage.local_uploads import LocalUploads


def uploads_of(storage: Area) -> Uploads:
    """The ways up into this private area."""
    if isinstance(storage, PrivateLocalStorage):
        return LocalUploads(storage)
    raise TypeError(type(storage).__name__)
