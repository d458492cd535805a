"""Prints the one-time code with which the first account of the back office is made in a browser."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.user import first_staff


class Command(BaseCommand):
    """Each run makes a new code, and the older one ends."""

    help = "Prints a one-time code for the first visit to /admin/, while there is no staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No options."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError once there is staff."""
        code = first_staff.make_code()
        if code is None:
            raise CommandError("There is staff already: log in, or use createsuperuser.")
        self.stdout.write(code)
