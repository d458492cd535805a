"""`manage.py recount_answers`: the numbers of answers that questions show, counted anew."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.community import moved_sections, question_counts


class Command(BaseCommand):
    """Correct questions that show another number of answers than they have."""

    help = "Correct questions whose number of answers is not that of their shown answers"

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to run at any time and concurrently."""
        self.stdout.write(f"{question_counts.repair()} questions corrected")
        self.stdout.write(f"{moved_sections.repair()} questions and notes followed their section")
