"""The film of a section on the back office's forms."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.apps.course.models import CourseSection, CourseSectionQuerySet
from luffy_api.apps.video import selectors, services, validation
from luffy_api.apps.video.exceptions import NothingToRetry
from luffy_api.apps.video.transcoding import queue
from luffy_api.common.admin import NOTHING
from luffy_api.common.exceptions import DomainError


def check_film(file: "File[Any]") -> None:
    """An mp4 or flv by its bytes, of a size that the school allows; raises ValidationError."""
    try:
        validation.check_file(file)
    except DomainError as error:
        raise ValidationError(error.message) from error


def save_section(section: CourseSection, changed: Iterable[str], *, is_new: bool) -> None:
    """Writes what the form shows, and has a new film processed.

    What processing writes meanwhile stays as it is: those columns are not the form's.
    """
    film_changed = "video" in changed
    if is_new:
        section.save()
    else:
        shown = [field.name for field in section._meta.concrete_fields if field.editable]
        section.save(update_fields=[*(set(shown) - {"id"}), "updated_time"])
    if film_changed and section.video:
        services.attach(section_id=section.pk, name=str(section.video.name))
        queue.enqueue_processing()
    elif film_changed:
        services.detach(section_id=section.pk)


def state_of(section: CourseSection) -> str:
    """State, progress of a conversion, and the reason when something is wrong; `-` without a film.

    The section is one of WithConversion.
    """
    if section.pk is None or not section.video:
        return NOTHING
    state = services.State(section.shown_state)
    conversion: int | None = getattr(section, "conversion", None)
    percent = f" {conversion or 0}%" if state == services.State.PROCESSING else ""
    note = f":{section.media_note}" if section.media_note else ""
    return f"{state.label}{percent}{note}"


class WithConversion:
    """Goes before an admin of sections: its rows know how far each conversion is."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseSection]:
        """With `conversion`."""
        sections: CourseSectionQuerySet = super().get_queryset(request)  # type: ignore[misc]
        return selectors.with_conversion(sections)


class FilmColumns(WithConversion):
    """Goes before the list of sections: how the film is, and trying again."""

    @admin.display(description="视频状态")
    def film(self, section: CourseSection) -> str:
        """As it is now; on forms the uploader tells it."""
        return state_of(section)

    @admin.action(description="重新处理视频(失败的)", permissions=["change"])
    def retry(self, request: HttpRequest, queryset: QuerySet[CourseSection]) -> None:
        """Only failed ones are taken."""
        taken = sum(_retried(section.pk) for section in queryset)
        queue.enqueue_processing()
        self.message_user(request, f"已重新处理 {taken} 个视频")  # type: ignore[attr-defined]


def _retried(section_id: int) -> bool:
    try:
        services.retry(section_id=section_id)
    except NothingToRetry:
        return False
    return True
