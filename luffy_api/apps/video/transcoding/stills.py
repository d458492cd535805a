"""The picture of a recording that has none: the cover of its course."""

import io

from django.conf import settings
from PIL import Image, ImageOps

from luffy_api.apps.course.models import Course
from luffy_api.common import pictures
from luffy_api.libs import storage

SIZE = (1280, 720)
# Behind a cover of another shape.
GROUND = (22, 32, 46)
QUALITY = 85


def cover_of(section_id: int) -> bytes | None:
    """A JPEG of 1280x720 with the cover of the section's course; None when there is none to show.

    A cover that cannot be read is none: it is the sound that matters.
    """
    courses = Course.objects.filter(coursechapters__coursesections=section_id)
    name = courses.values_list("course_img", flat=True).first()
    if not name:
        return None
    try:
        content = storage.public_storage().read_range(name, 0, settings.IMAGE_MAX_BYTES + 1)
    except (storage.ObjectMissing, storage.NameRejected):
        return None
    small = [each or content for each in pictures.resize(content, [SIZE[0]]).values()]
    return _framed(small[-1]) if small else None


def _framed(picture: bytes) -> bytes:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    framed = ImageOps.pad(image, SIZE, color=GROUND)
    file = io.BytesIO()
    framed.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
