"""Share pictures of courses: drawn when they are asked for, kept by what they say.

A process keeps as many as SHARE_PICTURES_BYTES hold, the longest unused go first, and draws one at
a time.
"""

import hashlib
import io
import logging
import threading
import warnings
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.conf import settings
from PIL import Image, ImageOps

from luffy_api.apps.course import selectors
from luffy_api.apps.course.exceptions import SharePictureBusy
from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import CourseDetail
from luffy_api.apps.course.share_drawing import CARD, CardFacts, ShareFacts, draw, draw_card
from luffy_api.apps.publishing.store import ByteStore
from luffy_api.apps.school import current_site
from luffy_api.common.file_checks import PICTURES
from luffy_api.common.pictures import eight_bits

logger = logging.getLogger(__name__)

# Seconds for which a request waits for the pictures before its own.
QUEUE_TIMEOUT = 5.0
# Of the versions of a cover, the ones of which no pixels are missing.
MIN_WIDTH, MIN_CARD_WIDTH = 640, 1200

_drawing = threading.Lock()


@dataclass(frozen=True)
class SharePicture:
    """The file and its type; `etag` changes with what it shows."""

    body: bytes
    content_type: str
    etag: str

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + 1000


def share_picture(*, course_id: int) -> SharePicture:
    """The picture of a course that everybody may see. Three queries.

    Raises CourseNotFound, SharePictureBusy.
    """
    detail = selectors.course_detail(course_id=course_id, user_id=None)
    facts = _facts(detail)
    return _store().get(facts) or _draw(facts)


def share_card(*, course_id: int) -> SharePicture:
    """The picture that a chat shows of a link to the course. Three queries.

    Raises CourseNotFound, SharePictureBusy.
    """
    detail = selectors.course_detail(course_id=course_id, user_id=None)
    cover = _cover_name(detail.course, MIN_CARD_WIDTH)
    facts = CardFacts(cover, current_site.name())
    return _store().get(facts) or _draw(facts)


def _facts(detail: CourseDetail) -> ShareFacts:
    course, offer = detail.course, detail.offer
    is_reduced = offer.real_price != course.price
    return ShareFacts(
        name=course.name,
        brief=course.brief,
        teacher=course.teacher.name,
        price=_yuan(offer.real_price),
        before=_yuan(course.price) if is_reduced else "",
        cover=_cover_name(course, MIN_WIDTH),
        school=current_site.name(),
        address=f"{settings.PUBLIC_URL}/course/{course.pk}",
    )


def _yuan(amount: Decimal) -> str:
    return f"¥{amount:.2f}".removesuffix(".00") if amount else "免费"


def _cover_name(course: Course, enough: int) -> str:
    made = course.course_img_set
    if made and made["of"] == course.course_img.name:
        wide = [name for width, name in made["files"] if width >= enough]
        if wide:
            return str(wide[0])
    return course.course_img.name or ""


def _draw(facts: ShareFacts | CardFacts) -> SharePicture:
    if not _drawing.acquire(timeout=QUEUE_TIMEOUT):
        raise SharePictureBusy
    try:
        if found := _store().get(facts):
            return found
        cover = _cover(facts.cover)
        if isinstance(facts, CardFacts):
            body, content_type = draw_card(facts, cover), "image/jpeg"
        else:
            body, content_type = draw(facts, cover), "image/png"
    finally:
        _drawing.release()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    picture = SharePicture(body, content_type, etag)
    _store().put(facts, picture)
    return picture


def _cover(name: str) -> Image.Image | None:
    """Small enough for its place; None for a picture that is lost or cannot be read."""
    if not name:
        return None
    storage = Course._meta.get_field("course_img").storage  # type: ignore[union-attr]
    try:
        with storage.open(name) as file:
            data = file.read(settings.IMAGE_MAX_BYTES + 1)
        return _decoded(data)
    except Exception as error:
        # Storages and Pillow's decoders raise many kinds of exceptions.
        logger.warning("the cover %s is left out of a share picture: %s", name, error)
        return None


def _decoded(data: bytes) -> Image.Image | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=tuple(PICTURES))
    is_large = image.width * image.height > settings.IMAGE_MAX_PIXELS
    if is_large or len(data) > settings.IMAGE_MAX_BYTES:
        return None
    image.draft("RGB", (2 * CARD[0], 2 * CARD[1]))
    upright = eight_bits(ImageOps.exif_transpose(image))
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


@cache
def _store() -> ByteStore[SharePicture]:
    """The one of this process."""
    return ByteStore(settings.SHARE_PICTURES_BYTES)
