"""What goes wrong with money and needs a person."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.monitoring import alerts
from luffy_api.apps.monitoring.alerts import Condition, Problem
from luffy_api.apps.order import integrity
from luffy_api.apps.order.models import Bill, BillDifference, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.payment import bills, gateway

INTEGRITY = "integrity"
# How long something that happened once is an alert.
RECENT = timedelta(days=1)
# More are not counted.
MAX_COUNTED = 1000
MAX_BILLS = 20
# Keys and certificates that have expired or will within 30 days: the messages of the checks.
EXPIRY_IDS = frozenset(
    {"payment.W031", "payment.E035", "payment.W101", "payment.W102", "payment.E107"}
)


def register() -> None:
    """Look at them in every round; keys once an hour."""
    checks: list[Callable[[], Iterator[Problem]]] = [
        refused_payments,
        failed_refunds,
        bill_differences,
        missing_bills,
    ]
    for check in checks:
        alerts.register(Condition(check.__name__, check))
    alerts.register(Condition("expiring_keys", expiring_keys, every=timedelta(hours=1)))


def refused_payments() -> Iterator[Problem]:
    """Genuine messages about money that fits no order, or not its amount."""
    recent = PaymentEvent.objects.filter(accepted=False, created_time__gte=_recently())
    if count := _count(recent.exclude(out_trade_no="")):
        yield Problem(
            "refused_payments",
            "有付款无法入账",
            f"近 24 小时有 {count} 条真实的付款消息被拒绝（金额不符、没有这个订单等），"
            f"款项可能已经收到。请到后台“支付消息”核对：{_page('paymentevent')}?accepted__exact=0",
        )


def failed_refunds() -> Iterator[Problem]:
    """Refunds that their provider has refused."""
    failed = Refund.objects.filter(status=RefundStatus.FAILED, finished_at__gte=_recently())
    if count := _count(failed):
        yield Problem(
            "failed_refunds",
            "有退款失败",
            f"近 24 小时有 {count} 笔退款被支付平台拒绝，学员没有收到钱。"
            f"请到后台“退款”处理：{_page('refund')}?status__exact={RefundStatus.FAILED.value}",
        )


def bill_differences() -> Iterator[Problem]:
    """One for each bill of which a difference is not yet marked as 已处理, the newest ones."""
    counted = BillDifference.objects.open().values("bill").annotate(count=Count("pk"))
    pks = [row["bill"] for row in counted.order_by("-bill")[:MAX_BILLS]]
    for bill in Bill.objects.filter(pk__in=pks):
        yield bills.problem_of(bill)


def missing_bills() -> Iterator[Problem]:
    """Bills that should have been there, see `bill_schedule`."""
    missing = Bill.objects.exclude(alerted_at=None).exclude(problem="")
    for bill in missing.order_by("-day")[:MAX_BILLS]:
        title = f"{bill.get_pay_type_display()} {bill.day} 的账单没有核对"
        yield Problem(f"missing_bill:{bill.pk}", title, bill.problem)


def expiring_keys() -> Iterator[Problem]:
    """Certificates of payment providers that end within 30 days, or have ended."""
    found = [each for each in gateway.check_settings() if each.id in EXPIRY_IDS]
    if found:
        text = "\n".join(str(message.msg) for message in found)
        yield Problem("expiring_keys", "支付证书即将或已经到期", text)


def check_integrity() -> int:
    """Run every rule of `integrity`, and tell what it finds; return how many contradictions.

    What is seen once only may be a payment between two queries: it must be there a second time.
    """
    found = set(integrity.run_checks())
    found = found & set(integrity.run_checks()) if found else found
    if not found:
        alerts.resolve(INTEGRITY)
        return 0
    rules = sorted({violation.rule for violation in found})
    text = f"{len(found)} 处：{'；'.join(rules)}。请运行 manage.py check_integrity 查看是哪些订单。"
    alerts.report(Problem(INTEGRITY, "账目核对发现矛盾", text), source=INTEGRITY)
    return len(found)


def _recently() -> object:
    return timezone.now() - RECENT


def _count(rows: QuerySet[PaymentEvent] | QuerySet[Refund]) -> int:
    return rows.order_by()[:MAX_COUNTED].count()


def _page(model: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(f'admin:order_{model}_changelist')}"
