"""Public and private storage behind one interface; settings.STORAGE chooses the provider.

`public_storage()` (covers, avatars, banners) is Django's `default` storage. `private_storage()`
(videos, attachments) is its `private` storage: only signed URLs open its files, `.uploads` are the
upload methods, `.transcoding` is what the provider does with videos. See docs/storage.md.
"""

from luffy_api.libs.storage.base import MediaStorage, PrivateStorage, ProviderTranscoding, Uploads
from luffy_api.libs.storage.exceptions import (
    BadSignature,
    CallbackRejected,
    NameRejected,
    NotOffered,
    ObjectMissing,
    PlaylistRejected,
    StorageError,
    StorageUnavailable,
    UploadRejected,
)
from luffy_api.libs.storage.names import safe_filename
from luffy_api.libs.storage.objects import (
    ObjectInfo,
    TranscodingStatus,
    UploadedObject,
    UploadSession,
    Variant,
    VideoMetadata,
)
from luffy_api.libs.storage.playlists import master_playlist
from luffy_api.libs.storage.selection import private_storage, public_storage

__all__ = [
    "BadSignature",
    "CallbackRejected",
    "MediaStorage",
    "NameRejected",
    "NotOffered",
    "ObjectInfo",
    "ObjectMissing",
    "PlaylistRejected",
    "PrivateStorage",
    "ProviderTranscoding",
    "StorageError",
    "StorageUnavailable",
    "TranscodingStatus",
    "UploadRejected",
    "UploadSession",
    "UploadedObject",
    "Uploads",
    "Variant",
    "VideoMetadata",
    "master_playlist",
    "private_storage",
    "public_storage",
    "safe_filename",
]
