from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.user import cleanup


class Command(BaseCommand):
    """Deletes expired rows; safe to run at any time, beside the running site."""

    help = "Delete expired revocations of tokens, codes, records of messages, and logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the number of deleted rows."""
        self.stdout.write(f"已清理 {cleanup.clear_expired()} 条过期记录")
