"""Scheduled jobs of the course app."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.course import (
    also_studied,
    enrollment,
    listing,
    period_reminders,
    section_notices,
    student_counts,
    view_counts,
)
from luffy_api.apps.course.covers import COVERS
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def end_expired_grants() -> None:
    """Every minute."""
    enrollment.end_expired_grants()


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def fold_student_counts() -> None:
    """Every minute; processes of the web server do it more often."""
    student_counts.fold()


@db_periodic_task(shanghai(minute="*/10"))  # type: ignore[untyped-decorator]
def render_covers() -> None:
    """At once when a cover was saved in the back office, and every ten minutes."""
    COVERS.make_missing()


@db_periodic_task(shanghai(hour="4", minute="31"))  # type: ignore[untyped-decorator]
def clean_up_covers() -> None:
    """Every night at 4:31."""
    COVERS.clean_up()


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def repair_listing() -> None:
    """Every minute; what begins or ends is noticed more often, by processes of the web server."""
    listing.repair()


@db_periodic_task(shanghai(hour="4", minute="41"))  # type: ignore[untyped-decorator]
def clean_up_views() -> None:
    """Every night at 4:41."""
    view_counts.delete_old()


@db_periodic_task(shanghai(hour="4", minute="51"))  # type: ignore[untyped-decorator]
def count_also_studied() -> None:
    """Every night at 4:51."""
    also_studied.refresh()


@db_periodic_task(shanghai(minute="*/5"))  # type: ignore[untyped-decorator]
def tell_new_sections() -> None:
    """Every five minutes: messages about new sections to the owners of their course."""
    section_notices.tell()


@db_periodic_task(shanghai(minute="27", hour="9-20"))  # type: ignore[untyped-decorator]
def remind_study_periods() -> None:
    """At twenty-seven past every hour from 9 to 20 o'clock: nobody is told at night."""
    period_reminders.remind()
