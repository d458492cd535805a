"""Tell members that their membership ends soon."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.promotion.membership import reminders


class Command(BaseCommand):
    """Safe to run at any time, also while the site runs the same job."""

    help = "Tell members whose membership ends within 7 days, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write how many were told."""
        self.stdout.write(f"已提醒 {reminders.remind()} 位会员")
