"""Refund an order."""

import re
from argparse import ArgumentTypeError
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luffy_api.apps.order.models import OrderPayment, Refund, RefundStatus
from luffy_api.apps.order.payment import refunds
from luffy_api.common.exceptions import DomainError

MAX_REASON = 200
FAILED, UNKNOWN = 1, 3


class Command(BaseCommand):
    """Exit status: 0 the money went back; 1 it did not; 2 wrong arguments; 3 not known yet.

    With 3 the refund is PROCESSING and `reconcile_payments` goes on with it, as the site does every
    minute; running this command again starts no other one meanwhile.
    """

    help = "Refund an order: all that is left, an amount, one course, or a membership by days."

    def add_arguments(self, parser: CommandParser) -> None:
        """The order, what of it, and why."""
        parser.add_argument("out_trade_no", help="the order's number")
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--amount", type=_amount, help="yuan, such as 9.90")
        part.add_argument("--course", type=_course, metavar="ID", help="one course of the order")
        parser.add_argument(
            "--by-days",
            action="store_true",
            help="end a membership: its unused days, less what was saved by it, or --amount",
        )
        parser.add_argument("--trade", metavar="TRADE_NO", help="a second payment, by its number")
        parser.add_argument("--reason", required=True, type=_reason, help="1 to 200 characters")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one sentence. Raises CommandError with the exit status."""
        number = options["out_trade_no"]
        try:
            refund = refunds.start(
                out_trade_no=number,
                amount=options["amount"],
                course_id=options["course"],
                by_days=options["by_days"],
                payment_id=_payment(number, options["trade"]),
                reason=options["reason"],
                origin=Refund.Origin.COMMAND,
            )
        except DomainError as error:
            raise CommandError(error.message, returncode=FAILED) from error
        self._report(refund)

    def _report(self, refund: Refund) -> None:
        name = f"订单 {refund.order.out_trade_no} 的退款 {refund.out_request_no}"
        if refund.status == RefundStatus.REFUNDED:
            self.stdout.write(f"{name} 已完成，共 {refund.amount:.2f} 元")
        elif refund.status == RefundStatus.FAILED:
            refusal = f"{name} 被支付平台拒绝：{refund.gateway_answer}"
            raise CommandError(refusal, returncode=FAILED)
        elif refunds.is_by_hand(refund.payment):
            raise CommandError(f"{name} 须手工退回后在后台登记", returncode=UNKNOWN)
        else:
            raise CommandError(f"{name} 尚无结果，系统会继续查询", returncode=UNKNOWN)


def _payment(out_trade_no: str, trade_no: str | None) -> int | None:
    """None where no payment is named; a blank number, as of a variable that is not set, is one."""
    if trade_no is None:
        return None
    payments = OrderPayment.objects.filter(order__out_trade_no=out_trade_no, trade_no=trade_no)
    payment = payments.first()
    if payment is None:
        raise CommandError("订单没有这笔付款", returncode=FAILED)
    return payment.pk


def _amount(text: str) -> Decimal:
    # Decimal also reads 1e1, 1_0, NaN and digits of other scripts.
    if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,2})?", text):
        raise ArgumentTypeError("not an amount like 9.90")
    return Decimal(text)


def _course(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ArgumentTypeError("not the id of a course")
    return int(text)


def _reason(text: str) -> str:
    reason = text.strip()
    if not 1 <= len(reason) <= MAX_REASON:
        raise ArgumentTypeError("1 to 200 characters")
    return reason
