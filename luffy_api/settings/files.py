"""STORAGE and its companions to Django's STORAGES entries `default` (public) and `private`."""

from pathlib import Path
from typing import Any

Areas = dict[str, dict[str, Any]]

PROVIDERS = ("local",)


def configured(*, chosen: str, media: Path, private: Path) -> dict[str, Areas]:
    """The areas of each storage whose settings are there; the chosen one's must be."""
    return {"local": local(media, private)}


def local(media: Path, private: Path) -> Areas:
    """Folders of this machine."""
    return {
        "default": {
            "BACKEND": "luffy_api.libs.storage.local.LocalStorage",
            "OPTIONS": {"location": media, "base_url": "/media/"},
        },
        "private": {
            "BACKEND": "luffy_api.libs.storage.local.PrivateLocalStorage",
            "OPTIONS": {"location": private, "base_url": "/files/"},
        },
    }
