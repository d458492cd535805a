"""Smaller versions of a picture, as WebP."""

import io
import logging
import warnings
from collections.abc import Sequence

from django.conf import settings
from PIL import Image, ImageCms, ImageOps

from luffy_api.common.file_checks import PICTURES

logger = logging.getLogger(__name__)

# 80 is a fifth larger, and on a screen nobody sees the difference.
QUALITY = 75
# What WebP can hold (RFC 9649, 2.5).
MAX_SIDE = 16383
SRGB = ImageCms.createProfile("sRGB")


def resize(data: bytes, widths: Sequence[int]) -> dict[int, bytes | None]:
    """WebP files by width in pixels; of a picture that is narrower its own width is the last.

    None stands for the picture itself, where a WebP file of the same width is no smaller. Empty for
    an animation and for everything that is no picture within IMAGE_MAX_BYTES and IMAGE_MAX_PIXELS.
    """
    if len(data) > settings.IMAGE_MAX_BYTES:
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=tuple(PICTURES))
        if not _is_suitable(image):
            return {}
        return _resize(image, widths, len(data))
    except Exception as error:
        # Pillow's decoders raise many kinds of exceptions for a corrupt file.
        logger.warning("a picture cannot be resized: %s", error)
        return {}


def eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits as grey of 8: Pillow's own conversion makes all but the darkest white."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")


def _is_suitable(image: Image.Image) -> bool:
    """By the header alone. Phones put a second picture (MPO) into a JPEG, which is no animation."""
    still = getattr(image, "n_frames", 1) == 1 or image.format == "MPO"
    return still and image.width * image.height <= settings.IMAGE_MAX_PIXELS


def _resize(image: Image.Image, widths: Sequence[int], size: int) -> dict[int, bytes | None]:
    # JPEG can be decoded at a reduced size, which is cheaper; other formats ignore this.
    whole = _upright_size(image)[0]
    wanted = sorted({min(width, whole) for width in widths})
    image.draft("RGB", (2 * wanted[-1], 2 * wanted[-1]))
    upright = _in_srgb(eight_bits(ImageOps.exif_transpose(image)))
    files: dict[int, bytes | None] = {width: _encode(upright, width) for width in wanted}
    if len(files[wanted[-1]] or b"") >= size and wanted[-1] == whole:
        files[whole] = None
    return files


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """As it is shown. From value 5 on a picture lies on its side (Exif 2.32, 4.6.4)."""
    width, height = image.size
    return (height, width) if image.getexif().get(0x0112, 1) >= 5 else (width, height)


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colours of the web, which a file without a profile is taken to have."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
            assert converted is not None
            return converted
        except (ImageCms.PyCMSError, OSError) as error:
            logger.info("the colour profile of a picture is left out: %s", error)
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _encode(image: Image.Image, width: int) -> bytes:
    height = max(1, round(image.height * width / image.width))
    if height > MAX_SIDE:
        raise ValueError(f"{height} pixels are too high for WebP")
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    small.info.clear()
    file = io.BytesIO()
    small.save(file, "WEBP", quality=QUALITY)
    return file.getvalue()
