"""Tell students that the study period of their courses ends soon."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.course import period_reminders


class Command(BaseCommand):
    """Safe to run at any time, also while the site runs the same job."""

    help = "Tell students whose study periods end within 7 days, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write how many were told."""
        self.stdout.write(f"已提醒 {period_reminders.remind()} 位学员")
