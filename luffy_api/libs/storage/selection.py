"""The storages that settings.STORAGES configures."""

from django.core.files.storage import storages

from luffy_api.libs.storage.base import MediaStorage, PrivateStorage


def public_storage() -> MediaStorage:
    """The storage of files that everybody may see (Django's `default`)."""
    storage = storages["default"]
    assert isinstance(storage, MediaStorage)
    return storage


def private_storage() -> PrivateStorage:
    """The storage of files that only signed URLs open (`private`)."""
    storage = storages["private"]
    assert isinstance(storage, PrivateStorage)
    return storage
