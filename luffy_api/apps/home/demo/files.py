"""Stores pictures, video and attachments of the demo data, under names that never change."""

import io
import zipfile
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from luffy_api.apps.home.demo import texts
from luffy_api.apps.home.demo.texts import AttachmentText
from luffy_api.libs.storage import private_storage, public_storage
from luffy_api.libs.video import MASTER_PLAYLIST

ASSETS = texts.FOLDER / "assets"
VIDEO = "course/videos/demo/lesson.mp4"
PLAYLIST = f"course/videos/demo/hls/{MASTER_PLAYLIST}"


def cover(slug: str) -> str:
    """The stored name of a course's cover."""
    return f"course/covers/demo/{slug}.webp"


def portrait(slug: str) -> str:
    """The stored name of a teacher's portrait."""
    return f"teacher/demo/{slug}.webp"


def banner(slug: str) -> str:
    """The stored name of a banner's picture."""
    return f"banner/demo/{slug}.webp"


def phone_banner(slug: str) -> str:
    """The stored name of what phones show of a banner."""
    return f"banner/phone/demo/{slug}.webp"


def topic(slug: str) -> str:
    """The stored name of a topic's picture."""
    return f"topic/demo/{slug}.webp"


def attachments() -> dict[str, str]:
    """Stored names by the slug of their course."""
    return {text["course"]: _attachment(text) for text in texts.attachments()}


def _attachment(text: AttachmentText) -> str:
    return f"course/attachments/demo/{text['name']}"


def store_all() -> None:
    """Stores every file of the demo data; complete ones stay as they are."""
    public = public_storage()
    names = {
        "covers": cover,
        "teachers": portrait,
        "banners": banner,
        "phone_banners": phone_banner,
        "topics": topic,
    }
    for folder, name in names.items():
        for path in sorted((ASSETS / folder).glob("*.webp")):
            _store_asset(public, name(path.stem), path)
    private = private_storage()
    _store_asset(private, VIDEO, ASSETS / "video" / "lesson.mp4")
    for path in sorted((ASSETS / "video" / "hls").iterdir()):
        _store_asset(private, f"{PLAYLIST.rpartition('/')[0]}/{path.name}", path)
    for text in texts.attachments():
        _store(private, _attachment(text), ContentFile(_archive(text["files"])))


def _archive(files: dict[str, list[str]]) -> bytes:
    """A zip archive of texts (lines by file name), with the same bytes at every run."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, lines in files.items():
            archive.writestr(zipfile.ZipInfo(name), "\n".join([*lines, ""]))
    return content.getvalue()


def _store_asset(storage: Storage, name: str, path: Path) -> None:
    with path.open("rb") as content:
        _store(storage, name, File(content))


def _store(storage: Storage, name: str, content: "File[Any]") -> None:
    """Saves a file, unless one of the same size is stored; another one is replaced."""
    if storage.exists(name):
        if storage.size(name) == content.size:
            return
        storage.delete(name)
    storage.save(name, content)
