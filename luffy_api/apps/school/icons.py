"""The square icon of the school in the sizes that browsers and phones ask for.

It is made of 浏览器图标, or else of the logo, or else it is the one in `pictures/`.
"""

import hashlib
import io
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image, ImageOps

from luffy_api.apps.school.current_site import current_site
from luffy_api.common.file_checks import PICTURES

logger = logging.getLogger(__name__)

# Pixels: a tab, the home screen of iOS, that of Android, an installed app and a shared link.
SIZES = (48, 180, 192, 512)
# iOS paints black behind what is transparent, and a logo is made for a light page.
BACKGROUND = (255, 255, 255, 255)
DEFAULT = Path(__file__).with_name("pictures") / "icon.png"


@dataclass(frozen=True)
class Icon:
    """A PNG; `etag` changes with it."""

    png: bytes
    etag: str


def icon(size: int) -> Icon:
    """As new as what pages say of the school. No query unless something public has changed."""
    site = current_site.page().settings
    picture = site.favicon or site.logo
    return _made(picture.name if picture else "", bool(site.favicon), size)


@lru_cache(maxsize=2 * len(SIZES))
def _made(name: str, is_square: bool, size: int) -> Icon:
    image = _read(name) if name else None
    if image is None:
        image, is_square = Image.open(DEFAULT).convert("RGBA"), True
    fitted = ImageOps.contain(image, (size, size), Image.Resampling.LANCZOS)
    is_opaque = size == 180 or not is_square
    canvas = Image.new("RGBA", (size, size), BACKGROUND if is_opaque else (0, 0, 0, 0))
    canvas.alpha_composite(fitted, ((size - fitted.width) // 2, (size - fitted.height) // 2))
    file = io.BytesIO()
    canvas.save(file, "PNG", optimize=True)
    png = file.getvalue()
    return Icon(png, f'"{hashlib.sha256(png).hexdigest()[:32]}"')


def _read(name: str) -> Image.Image | None:
    """None for a picture that is lost or cannot be read."""
    storage: Any = current_site.page().settings.favicon.storage
    try:
        with storage.open(name) as file:
            data = file.read(settings.IMAGE_MAX_BYTES + 1)
        image = Image.open(io.BytesIO(data), formats=tuple(PICTURES))
        if image.width * image.height > settings.IMAGE_MAX_PIXELS:
            return None
        return image.convert("RGBA")
    except Exception as error:
        # Storages and Pillow's decoders raise many kinds of exceptions.
        logger.warning("the icon %s cannot be read: %s", name, error)
        return None
