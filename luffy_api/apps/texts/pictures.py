"""Pictures in texts: stored when they are uploaded, removed when no text names them any more.

A picture is uploaded before its text is saved, and may be named by several texts, so it has no row
of its own: the texts are the truth.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.images import get_image_dimensions
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from luffy_api.apps.texts import registry
from luffy_api.apps.texts.exceptions import PictureNotStored, PictureRefused
from luffy_api.common import audit_log
from luffy_api.common.file_checks import check_picture
from luffy_api.libs import storage
from luffy_api.libs.rich_text import pictures

logger = logging.getLogger(__name__)

FOLDER = "texts/pictures/"
# No more of a name is kept than its ending: it is public, and "合同扫描.png" is nobody's business.
NAME_LENGTH = 24
# So much of it stands in the audit log, which staff read.
MAX_GIVEN_NAME = 100
NAME = re.compile(rf"{FOLDER}[0-9]{{6}}/[A-Za-z0-9]{{{NAME_LENGTH}}}\.[a-z]{{3,4}}", re.ASCII)
# A form may be open for long, and a text that was changed may be brought back.
MIN_AGE = timedelta(days=30)
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class StoredPicture:
    """`src` is the address for the text; width and height in pixels."""

    src: str
    width: int
    height: int


def upload(file: "File[Any]", *, staff_id: int, row: Model | None, page: str) -> StoredPicture:
    """Store a picture that staff put into a text, and enter it into the audit log.

    `row` is what they edit, None where that is not known or not there yet, and `page` the path of
    their page, or blank. Raises PictureRefused, PictureNotStored.
    """
    given = (file.name or "")[:MAX_GIVEN_NAME]
    stored = store(file)
    # No label of a field stands in it: a form with a conflict looks for who has changed the field.
    message = f"上传插图“{given}”：{stored.src}"
    if row is not None:
        audit_log.log_change(row, user_id=staff_id, message=message)
    else:
        where = f"，页面 {page}" if page else ""
        audit_log.log_upload(user_id=staff_id, name=stored.src, message=message + where)
    return stored


def store(upload: "File[Any]") -> StoredPicture:
    """A JPEG, PNG, WebP or GIF for a text. Raises PictureRefused, PictureNotStored."""
    try:
        check_picture(upload)
    except ValidationError as error:
        raise PictureRefused("；".join(error.messages)) from error
    width, height = get_image_dimensions(upload)
    upload.seek(0)
    ending = (upload.name or "").rpartition(".")[2].lower()
    name = f"{FOLDER}{timezone.now():%Y%m}/{get_random_string(NAME_LENGTH)}.{ending}"
    try:
        stored = storage.public_storage().save(name, upload)
    except storage.StorageUnavailable as error:
        raise PictureNotStored from error
    return StoredPicture(pictures.LOCAL + stored, int(width or 0), int(height or 0))


def clean_up() -> int:
    """Removes old pictures that no text names and nothing keeps; how many.

    Raises StorageUnavailable.

    Texts are read after the files were seen: whatever was uploaded since is younger anyway.
    """
    limit = timezone.now() - MIN_AGE
    infos = storage.public_storage().list_names(FOLDER)
    old = {info.name for info in infos if info.modified < limit and NAME.fullmatch(info.name)}
    unused = old - _named() if old else set()
    storage.public_storage().delete_many(sorted(unused))
    if unused:
        logger.info("removed %s pictures that no text names", len(unused))
    return len(unused)


def _named() -> set[str]:
    """Names in all texts, also of rows that were softly deleted: they can be brought back.

    Texts first: one that was replaced meanwhile was kept before that by whoever still shows it.
    """
    in_texts = {name for text in _texts() for name in NAME.findall(text)}
    return in_texts | registry.kept()


def _texts() -> Iterator[str]:
    for model, fields in registry.registered().items():
        yield from _texts_of(model, fields)


def _texts_of(model: type[Model], fields: tuple[str, ...]) -> Iterator[str]:
    with_pictures = Q()
    for field in fields:
        with_pictures |= Q(**{f"{field}__contains": FOLDER})
    rows = model._base_manager.filter(with_pictures).order_by().values_list(*fields)
    for texts in rows.iterator(ROWS_AT_ONCE):
        yield from texts
