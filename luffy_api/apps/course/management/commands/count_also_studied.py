"""`manage.py count_also_studied`: 学过这门课的同学还学了, counted now."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.course import also_studied


class Command(BaseCommand):
    """Count which courses have the same students, as the job of the night does."""

    help = "Count which courses have the same students"

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to run at any time and concurrently."""
        self.stdout.write(f"{also_studied.refresh()} courses changed")
