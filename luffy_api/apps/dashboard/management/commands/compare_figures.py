"""Compare the prepared figures of each day with the facts that they are sums of."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luffy_api.apps.dashboard.figures import daily
from luffy_api.apps.dashboard.models import DailyFigures


class Command(BaseCommand):
    """Safe to run beside the site."""

    help = "Count orders, refunds and learning of every day again. Exits with 1 for a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--repair` keeps what was counted."""
        parser.add_argument("--repair", action="store_true", help="keep what was counted")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        """Write one line for each difference. Raises CommandError when there are any."""
        found = daily.repair() if repair else list(daily.differences())
        for each in found:
            self.stdout.write(f"{each.row} {each.name}：{each.prepared}，应为 {each.counted}")
        if found and not repair:
            raise CommandError(f"发现 {len(found)} 处差异")
        days = DailyFigures.objects.count()
        mended = f"，已更正 {len(found)} 处" if found else "，没有差异"
        self.stdout.write(f"已核对 {days} 天{mended}")
