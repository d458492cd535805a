"""Query the payment provider about unpaid orders and open refunds."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.order.payment import reconciliation


class Command(BaseCommand):
    """Safe to run at any time, also while the site runs the same job."""

    help = (
        "Query the provider about unpaid orders and open refunds that are due, and record what it "
        "reports."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write how many queries were answered."""
        self.stdout.write(f"支付平台已答复 {reconciliation.reconcile()} 个订单和退款")
