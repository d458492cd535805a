"""A shop with folders of its own, for tests of backups."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from luffy_api.apps.home.backups import databases


@pytest.fixture
def shop(folders: Path, settings, tmp_path: Path) -> Iterator[Path]:
    """VAR_DIR of a shop with two uploaded files and a generated key."""
    settings.VAR_DIR = tmp_path / "var"
    settings.SECRET_SOURCES = {}
    (settings.VAR_DIR / "keys").mkdir(parents=True)
    (settings.VAR_DIR / "keys" / "secret_key").write_text("never to be seen" * 4)
    (folders / "default" / "covers").mkdir()
    (folders / "default" / "covers" / "python.webp").write_bytes(b"a picture")
    (folders / "private" / "lesson.mp4").write_bytes(b"a video" * 1000)
    yield Path(settings.VAR_DIR)
    for path in asides():
        path.unlink()


def asides() -> list[Path]:
    """The databases that restores of this test have kept, the oldest first."""
    place = databases.database().aside("*")
    return sorted(place.parent.glob(place.name))
