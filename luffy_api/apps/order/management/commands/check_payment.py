"""Say in plain words whether Alipay can work with these settings."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from luffy_api.libs.alipay_v1.diagnosis import diagnose

NOTIFY_PATH = "/api/v1/order/success/"


class Command(BaseCommand):
    """Asks the gateway and the shop itself; changes nothing but one refused message in the log."""

    help = "Check the keys, the gateway and the notification address; one sentence per fault."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for everything that is right; each fault on stderr, and then status 1."""
        faults = 0
        development = settings.ALIPAY_GATEWAY == "local"
        for finding in diagnose(notify_path=NOTIFY_PATH, development=development):
            if finding.good:
                self.stdout.write(f"✓ {finding.sentence}")
            else:
                faults += 1
                self.stderr.write(finding.sentence)
        if faults:
            sys.exit(1)
        self.stdout.write("没有发现问题。")
