"""Scheduled jobs of the promotion app."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.promotion.membership import reminders
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="17", hour="9-20"))  # type: ignore[untyped-decorator]
def remind_members() -> None:
    """At seventeen past every hour from 9 to 20 o'clock: nobody is told at night."""
    reminders.remind()
