"""Close expired orders."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.order import cancellation


class Command(BaseCommand):
    """Safe to run at any time, also while the site runs the same job."""

    help = "Close expired unpaid orders, at the payment provider and here."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write how many orders were closed."""
        self.stdout.write(f"已关闭 {cancellation.close_expired()} 个超时订单")
