"""Portraits: whatever a student uploads is decoded, cut square and written anew as WebP.

What is stored is drawn by us from pixels alone, so neither metadata (where a photo was taken) nor
anything that hides behind or before the pixels survives.
"""

import io
import uuid
from pathlib import PurePosixPath
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageOps

from luffy_api.apps.user.exceptions import AvatarRefused, LoginFailed
from luffy_api.apps.user.models import User

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
# Side of the square in pixels, by the end of the file's name.
SIDES = {".webp": 256, ".small.webp": 64}


def replace(*, user: User, upload: IO[bytes]) -> User:
    """Stores the portrait and forgets the older one. Raises AvatarRefused, changing nothing."""
    pictures = render(upload.read(MAX_BYTES + 1))
    storage = User.icon.field.storage
    stem = f"user/icons/{uuid.uuid4().hex}"
    names = [
        storage.save(f"{stem}{ending}", ContentFile(data)) for ending, data in pictures.items()
    ]
    try:
        return _point_to(names[0], user)
    except BaseException:
        _delete(names)
        raise


@transaction.atomic
def _point_to(name: str, user: User) -> User:
    """The row is locked, so that of two uploads at once each knows the file it replaces."""
    row = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if row is None:
        raise LoginFailed
    forget_files(row)
    row.icon.name = name
    row.save(update_fields=["icon"])
    return row


def remove(user: User) -> None:
    """Takes the portrait away; its files go after the commit."""
    forget_files(user)
    user.icon.name = ""
    user.save(update_fields=["icon"])


def forget_files(user: User) -> None:
    """Deletes the files of the present portrait once the transaction is committed."""
    if user.icon:
        names = [str(user.icon.name), small_name(str(user.icon.name))]
        transaction.on_commit(lambda: _delete(names), robust=True)


def small_name(name: str) -> str:
    """The smaller file beside `name`; `name` itself when it is not one of ours."""
    path = PurePosixPath(name)
    if path.suffix != ".webp" or len(path.stem) != 32:
        return name
    return str(path.with_suffix(".small.webp"))


def small_url(user: User) -> str | None:
    """Where the browser gets the smaller portrait."""
    if not user.icon:
        return None
    address: str = user.icon.storage.url(small_name(str(user.icon.name)))
    return address


def render(data: bytes) -> dict[str, bytes]:
    """The squares by the end of their name. Raises AvatarRefused for all that is no still image."""
    if len(data) > MAX_BYTES:
        raise AvatarRefused("头像图片不能超过 5 MB")
    try:
        return _squares(_opened(data))
    except AvatarRefused:
        raise
    except Exception as error:
        # Pillow's decoders raise nearly everything when a file lies about itself.
        raise AvatarRefused("图片无法识别或已损坏,请换一张") from error


def _opened(data: bytes) -> Image.Image:
    """The header is read, the pixels are not."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise AvatarRefused("图片尺寸过大,请缩小后再上传")
    # Phones put a second picture (MPO) into a JPEG; its first one is the photo.
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise AvatarRefused("暂不支持动态图片,请换一张")
    return image


def _squares(image: Image.Image) -> dict[str, bytes]:
    largest = max(SIDES.values())
    # JPEG decodes to a fraction of its size at a fraction of the cost; others ignore it.
    image.draft("RGB", (2 * largest, 2 * largest))
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    return {ending: _encoded(plain, side) for ending, side in SIDES.items()}


def _encoded(image: Image.Image, side: int) -> bytes:
    square = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    square.info.clear()
    file = io.BytesIO()
    square.save(file, "WEBP", quality=85)
    return file.getvalue()


def _delete(names: list[str]) -> None:
    for name in names:
        User.icon.field.storage.delete(name)
