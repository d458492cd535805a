"""Check the invariants of orders, payments and enrolments."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.order import integrity


class Command(BaseCommand):
    """Read-only; safe to run beside the site."""

    help = "Check orders, payments and enrolments for contradictions. Exits with 1 for any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line for each violation. Raises CommandError when there are any."""
        found = 0
        for violation in integrity.run_checks():
            found += 1
            self.stdout.write(f"{violation.rule}：{violation.row}")
        if found:
            raise CommandError(f"发现 {found} 处矛盾")
        self.stdout.write(f"已核对 {len(integrity.RULES)} 条规则，没有发现矛盾")
