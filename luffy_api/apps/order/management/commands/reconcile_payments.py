"""Query the payment provider about unpaid orders."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.order.payment import reconciliation


class Command(BaseCommand):
    """Safe to run at any time, also while the site runs the same job."""

    help = (
        "Query the provider about unpaid orders that are due, and record payments that it reports."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write how many queries were answered."""
        self.stdout.write(f"支付宝已答复 {reconciliation.reconcile()} 个订单")
