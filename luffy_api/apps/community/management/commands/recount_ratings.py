"""`manage.py recount_ratings`: the numbers that courses show of their ratings, counted anew."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.community import rating_counts


class Command(BaseCommand):
    """Correct courses that show other numbers of ratings than they have."""

    help = "Correct courses whose number or average of ratings is not that of their ratings"

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to run at any time and concurrently."""
        self.stdout.write(f"{rating_counts.repair()} courses corrected")
