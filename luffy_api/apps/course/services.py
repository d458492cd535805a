"""Writes of the catalogue."""

from django.db.models import Sum
from django.utils import timezone

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.course.models.outbox import write_events


def recount_sections(course_id: int) -> None:
    """Store the number of sections of a course, that of the playable ones, and their length (s)."""
    living = CourseSection.objects.not_deleted().filter(
        chapter__course_id=course_id, chapter__is_delete=False
    )
    shown = CourseSection.objects.visible().filter(chapter__course_id=course_id).playable()
    length = shown.aggregate(seconds=Sum("duration"))["seconds"] or 0
    Course.objects.filter(pk=course_id).update(
        sections=living.count(),
        pub_sections=shown.count(),
        length=length,
        updated_time=timezone.now(),
    )


def announce_section(section_id: int) -> None:
    """Have copies of the catalogue (the search index) read the course of a section again.

    For apps above this one that keep texts of sections; needs a transaction.
    """
    write_events(CourseSection(pk=section_id).changed_subjects())


def set_question_count(*, section_id: int, count: int) -> None:
    """Store how many questions the quiz of a section has; needs a transaction.

    For the app above this one that keeps the questions. Nothing is written where it is known.
    """
    sections = CourseSection.objects.filter(pk=section_id)
    if sections.exclude(question_count=count).update(question_count=count):
        course_id = sections.values_list("chapter__course_id", flat=True).get()
        recount_sections(course_id)
        announce_section(section_id)
