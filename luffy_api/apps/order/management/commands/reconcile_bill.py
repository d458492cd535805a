"""Compare a day's bill of the payment providers with our payments and refunds."""

import sys
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from luffy_api.apps.order.exceptions import BillUnavailable
from luffy_api.apps.order.models import Bill, PayType
from luffy_api.apps.order.payment import bills, gateway

NAMES = {"alipay": PayType.ALIPAY, "wechat": PayType.WECHAT}
DIFFERENCES, UNAVAILABLE = 1, 2


class Command(BaseCommand):
    """Safe to run at any time and again, also while the site does the same."""

    help = (
        "Fetch and compare the bill of DATE (YYYY-MM-DD, in Shanghai). Exits with 0 when everything"
        " agrees, 1 when there are differences that nobody has marked as resolved, 2 when a bill"
        " could not be had."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """DATE and --provider."""
        parser.add_argument("day", metavar="DATE", type=_day)
        parser.add_argument("--provider", choices=sorted(NAMES), help="by default all in use")

    def handle(self, *args: Any, day: date, provider: str | None, **options: Any) -> None:
        """Write one sentence for each provider."""
        chosen = [NAMES[provider]] if provider else gateway.configured()
        status = max((self._reconcile(pay_type, day) for pay_type in chosen), default=0)
        if status:
            sys.exit(status)

    def _reconcile(self, pay_type: PayType, day: date) -> int:
        try:
            bill = bills.reconcile(pay_type=pay_type, day=day)
        except BillUnavailable as error:
            self.stderr.write(f"{pay_type.label} {day}：{error.reason}。")
            return UNAVAILABLE
        left = bills.open_differences(bill)
        self.stdout.write(_sentence(bill, left))
        return DIFFERENCES if left else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-03-01") from None


def _sentence(bill: Bill, left: int) -> str:
    lines = f"收款 {bill.payment_count} 笔 {bill.payment_amount:.2f} 元"
    lines += f"，退款 {bill.refund_count} 笔 {bill.refund_amount:.2f} 元"
    verdict = f"有 {left} 处差异待处理" if left else "与我方账目一致"
    return f"{bill}：{lines}，手续费 {bill.fee:.2f} 元，{verdict}。"
