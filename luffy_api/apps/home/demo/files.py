"""Brings the pictures and the film of the demo data into the storages, each file once."""

from pathlib import Path

from django.core.files import File
from django.core.files.storage import Storage, storages

from luffy_api.apps.home.demo import texts

ASSETS = texts.FOLDER / "assets"
FILM = "course/videos/demo/lesson.mp4"
PLAYLIST = "course/videos/demo/hls/index.m3u8"


def cover(slug: str) -> str:
    """The stored name of a course's cover."""
    return f"course/covers/demo/{slug}.webp"


def portrait(slug: str) -> str:
    """The stored name of a teacher's portrait."""
    return f"teacher/demo/{slug}.webp"


def banner(slug: str) -> str:
    """The stored name of a banner's picture."""
    return f"banner/demo/{slug}.webp"


def store_all() -> None:
    """Every file of the demo data, under names that never change."""
    public = storages["default"]
    for folder, name in (("covers", cover), ("teachers", portrait), ("banners", banner)):
        for path in sorted((ASSETS / folder).glob("*.webp")):
            _store(public, name(path.stem), path)
    private = storages["private"]
    _store(private, FILM, ASSETS / "video" / "lesson.mp4")
    for path in sorted((ASSETS / "video" / "hls").iterdir()):
        _store(private, f"{PLAYLIST.rpartition('/')[0]}/{path.name}", path)


def _store(storage: Storage, name: str, path: Path) -> None:
    """Leaves a complete copy alone; a broken or outdated one is replaced."""
    if storage.exists(name):
        if storage.size(name) == path.stat().st_size:
            return
        storage.delete(name)
    with path.open("rb") as content:
        storage.save(name, File(content))
