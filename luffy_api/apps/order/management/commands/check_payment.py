"""Report whether the payment provider can work with these settings."""

import sys
from typing import Any

from django.core.checks import ERROR, WARNING, CheckMessage, run_checks
from django.core.management.base import BaseCommand

from luffy_api.apps.order.checks import TAG
from luffy_api.apps.order.exceptions import GatewayUnavailable
from luffy_api.apps.order.payment import gateway


class Command(BaseCommand):
    """Runs the system checks of the payment settings, then queries the provider and the shop.

    Changes nothing but one rejected message in the log of payments.
    """

    help = "Check the keys, the gateway and the notification URL; one sentence per error."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each check; errors go to stderr, and then the exit status is 1."""
        messages = run_checks(tags=[TAG], include_deployment_checks=True, databases=["default"])
        errors = self._report(messages) + self._report(self._connection())
        if errors:
            sys.exit(1)
        self.stdout.write("没有发现问题。")

    def _connection(self) -> list[CheckMessage]:
        try:
            return list(gateway.check_connection())
        except GatewayUnavailable:
            return []  # the checks above have said that the keys cannot be read

    def _report(self, messages: list[CheckMessage]) -> int:
        """Write the messages; return how many of them are errors."""
        errors = [message for message in messages if message.level >= ERROR]
        for message in messages:
            if message in errors:
                self.stderr.write(message.msg)
            else:
                mark = "!" if message.level >= WARNING else "✓"
                self.stdout.write(f"{mark} {message.msg}")
        return len(errors)
