"""Refunds orders in processes that are killed at a named point.

Each refund is a fork of this program, since starting Python anew takes seconds. It reads requests
from stdin, `{"point": …, "out_trade_no": …, "gateways": {"ALIPAY": …, "WECHATPAY": …}}` (settings
of these names), and answers with how that process ended: its exit status, or the number of the
signal below zero.
"""

import json
import os
import signal
import sys
from typing import Any

import django
from django.conf import settings


def main() -> None:
    """Answer the requests."""
    django.setup()
    # Read before the first fork.
    import luffy_api.apps.order.management.commands.refund_order  # noqa: F401

    for line in sys.stdin:
        if not (pid := os.fork()):
            os._exit(_refund(**json.loads(line)))
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def die(*args: Any, **kwargs: Any) -> None:
    """kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def _refund(*, point: str, out_trade_no: str, gateways: dict[str, Any]) -> int:
    """Die before the provider is asked, after its yes, or after the commit."""
    from django.core.management import call_command

    from luffy_api.apps.order.payment import gateway, refunds

    for name, values in gateways.items():
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
    call_command("refund_order", out_trade_no, "--reason=test", stdout=sys.stderr)
    return 0


if __name__ == "__main__":
    main()
