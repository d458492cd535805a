"""Ask Alipay about the orders whose turn has come."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.order import reconciling


class Command(BaseCommand):
    """Safe at any time, also while the site does the same."""

    help = "Ask Alipay about unpaid orders whose turn has come, and record money that it reports."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many questions were answered."""
        self.stdout.write(f"支付宝已答复 {reconciling.reconcile()} 个订单")
