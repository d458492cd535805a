"""Check what must be true of orders, money and rights."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.order import integrity


class Command(BaseCommand):
    """Only reads; safe beside the site."""

    help = "Check orders, payments and rights for contradictions. Exits with 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each fault. Raises CommandError when there are any."""
        found = 0
        for fault in integrity.faults():
            found += 1
            self.stdout.write(f"{fault.sentence}:{fault.row}")
        if found:
            raise CommandError(f"发现 {found} 处矛盾")
        self.stdout.write(f"已核对 {len(integrity.RULES)} 条规则,没有发现矛盾")
