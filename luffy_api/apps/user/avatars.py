"""Avatars: an upload is decoded, cropped to a square and encoded anew as WebP.

Only pixels are kept, so neither metadata (such as GPS coordinates) nor data hidden before or after
the picture is stored.
"""

import io
import uuid
from pathlib import PurePosixPath
from typing import IO

from django.core.files.base import ContentFile
from django.db import InterfaceError, OperationalError, transaction
from PIL import Image, ImageOps

from luffy_api.apps.user import locks
from luffy_api.apps.user.exceptions import AvatarRefused, LoginFailed
from luffy_api.apps.user.models import User
from luffy_api.common.pictures import eight_bits
from luffy_api.common.transactions import retry_deadlocks

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
# Side of the square in pixels, by the suffix of the file name.
SIDES = {".webp": 256, ".small.webp": 64}


def replace(*, user: User, upload: IO[bytes]) -> User:
    """Stores the avatar and deletes the older one. Raises AvatarRefused, changing nothing;
    LoginFailed if the account was deactivated meanwhile.
    """
    pictures = render(upload.read(MAX_BYTES + 1))
    storage = User.icon.field.storage
    stem = f"user/icons/{uuid.uuid4().hex}"
    names = [
        storage.save(f"{stem}{ending}", ContentFile(data)) for ending, data in pictures.items()
    ]
    try:
        return _point_to(names[0], user)
    except (OperationalError, InterfaceError):
        raise  # it may be committed
    except Exception:
        _delete(names)
        raise


@retry_deadlocks
@transaction.atomic
def _point_to(name: str, user: User) -> User:
    """Locks the row, so that of two concurrent uploads each deletes the file that it replaces."""
    row = locks.lock_active_user(user.pk)
    if row is None:
        raise LoginFailed
    delete_files_on_commit(row)
    row.icon.name = name
    row.save(update_fields=["icon"])
    return row


def remove(user: User) -> None:
    """Removes the avatar; its files are deleted after the commit."""
    delete_files_on_commit(user)
    user.icon.name = ""
    user.save(update_fields=["icon"])


def delete_files_on_commit(user: User) -> None:
    """Deletes the files of the current avatar after the commit."""
    if user.icon:
        names = [str(user.icon.name), small_name(str(user.icon.name))]
        transaction.on_commit(lambda: _delete(names), robust=True)


def small_name(name: str) -> str:
    """Name of the small version of the file `name`; `name` itself if we did not render it."""
    path = PurePosixPath(name)
    if path.suffix != ".webp" or len(path.stem) != 32:
        return name
    return str(path.with_suffix(".small.webp"))


def small_url(user: User) -> str | None:
    """URL of the small version (64 pixels), or None without an avatar."""
    if not user.icon:
        return None
    url: str = user.icon.storage.url(small_name(str(user.icon.name)))
    return url


def render(data: bytes) -> dict[str, bytes]:
    """WebP files by suffix (SIDES). Raises AvatarRefused for all that is no still image."""
    if len(data) > MAX_BYTES:
        raise AvatarRefused("头像图片不能超过 5 MB")
    try:
        return _render_squares(_open(data))
    except AvatarRefused:
        raise
    except Exception as error:
        # Pillow's decoders raise many kinds of exceptions for a corrupt file.
        raise AvatarRefused("图片无法识别或已损坏，请换一张") from error


def _open(data: bytes) -> Image.Image:
    """Reads the header only, to refuse by size before any pixel is decoded."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise AvatarRefused("图片尺寸过大，请缩小后再上传")
    # Phones put a second picture (MPO) into a JPEG; its first one is the photo.
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise AvatarRefused("暂不支持动态图片，请换一张")
    return image


def _render_squares(image: Image.Image) -> dict[str, bytes]:
    largest = max(SIDES.values())
    # JPEG can be decoded at a reduced size, which is cheaper; other formats ignore this.
    image.draft("RGB", (2 * largest, 2 * largest))
    upright = eight_bits(ImageOps.exif_transpose(image))
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    return {ending: _encode(plain, side) for ending, side in SIDES.items()}


def _encode(image: Image.Image, side: int) -> bytes:
    square = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    square.info.clear()
    file = io.BytesIO()
    square.save(file, "WEBP", quality=85)
    return file.getvalue()


def _delete(names: list[str]) -> None:
    for name in names:
        User.icon.field.storage.delete(name)
