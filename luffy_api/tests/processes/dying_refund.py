"""Refunds an order in a process of its own, which is killed at a named point.

    python -m luffy_api.tests.processes.dying_refund POINT OUT_TRADE_NO

`GATEWAYS` in the environment are the settings ALIPAY and WECHATPAY as JSON.
"""

import json
import os
import signal
import sys
from typing import Any

import django


def die(*args: Any, **kwargs: Any) -> None:
    """kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(point: str, out_trade_no: str) -> None:
    """Die before the provider is asked, after its yes, or after the commit."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from luffy_api.apps.order.payment import gateway, refunds

    for name, values in json.loads(os.environ["GATEWAYS"]).items():
        setattr(settings, name, values)
    if point == "before_asking":
        gateway.refund_trade = die  # type: ignore[assignment]
    elif point == "after_yes":
        refunds._record = die  # type: ignore[assignment]
    else:
        record = refunds._record

        def record_and_die(*args: Any, **kwargs: Any) -> None:
            record(*args, **kwargs)
            die()

        refunds._record = record_and_die  # type: ignore[assignment]
    call_command("refund_order", out_trade_no, "--reason=test")


if __name__ == "__main__":
    main(*sys.argv[1:])
