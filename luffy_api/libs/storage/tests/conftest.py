"""One storage at a time, chosen by the settings as the shop chooses it."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.storage import storages


@dataclass
class Place:
    """A storage under test and what its fixture knows about it."""

    provider: str
    peer: Any = None
    more: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def local(settings, tmp_path):
    """Folders of this test."""
    classes = {"default": "LocalStorage", "private": "PrivateLocalStorage"}
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            name: {
                "BACKEND": f"luffy_api.libs.storage.local.{kind}",
                "OPTIONS": {"location": tmp_path / name, "base_url": f"/{name}/"},
            }
            for name, kind in classes.items()
        },
    }
    assert storages["private"].location == str(tmp_path / "private")
    return Place("local", tmp_path)
