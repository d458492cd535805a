"""Give memberships that were paid for, and end those that were refunded."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.order import membership_repair


class Command(BaseCommand):
    """Safe to run at any time, also while the site runs the same job."""

    help = "Finish orders of memberships that an older release has recorded."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write how many orders that were."""
        self.stdout.write(f"已补办 {membership_repair.repair()} 笔会员订单")
