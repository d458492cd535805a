from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.user import sweeping


class Command(BaseCommand):
    """Deletes what has expired; may be run again at any time, beside the running site."""

    help = "Delete expired revocations of tokens, codes, records of messages and wrong logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how much it was."""
        self.stdout.write(f"已清理 {sweeping.sweep()} 条过期记录")
