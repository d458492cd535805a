"""Invariants of packages, for `integrity`: each is a query for rows that violate one."""

from collections.abc import Callable, Iterator

from django.db.models import Count, F, Q

from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.promotion.models import Package, PackageStep


def _wrong_lines() -> Iterator[str]:
    """A share is never more than the list price, has its package's name, and no coupon."""
    wrong = Q(package_name="") | Q(real_price__gt=F("price")) | Q(coupon_amount__gt=0)
    lines = OrderDetail.objects.filter(
        Q(wrong, package_id__isnull=False) | Q(package_id__isnull=True) & ~Q(package_name="")
    )
    orders = Order.objects.filter(pk__in=lines.values("order")).order_by("id")
    yield from orders.values_list("out_trade_no", flat=True).iterator()


def _sold_in_part() -> Iterator[str]:
    counted = Order.objects.annotate(
        all=Count("order_courses"),
        inside=Count("order_courses__package_id"),
        packages=Count("order_courses__package_id", distinct=True),
    )
    mixed = counted.filter(Q(inside__gt=0), ~Q(inside=F("all")) | Q(packages__gt=1))
    yield from mixed.order_by("id").values_list("out_trade_no", flat=True).iterator()


def _wrong_counts() -> Iterator[str]:
    counted = Package.objects.annotate(rows=Count("courses")).exclude(rows=F("course_count"))
    for pk in counted.order_by("id").values_list("pk", flat=True):
        yield f"套餐 {pk}"


def _wrong_steps() -> Iterator[str]:
    """The page of a path shows its rows, and what is sold are its courses."""
    sold = Package.courses.through.objects.filter(package__is_path=True)
    shown = PackageStep.objects.filter(package__is_path=True).exclude(course=None)
    pairs = [set(rows.values_list("package", "course")) for rows in (sold, shown)]
    for pk in sorted({pk for pk, _ in pairs[0] ^ pairs[1]}):
        yield f"套餐 {pk}"


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "套餐订单的课程没有套餐名称、高于原价或用了优惠券": _wrong_lines,
    "订单只有一部分课程属于套餐，或属于几个套餐": _sold_in_part,
    "套餐的课程数与它的课程不符": _wrong_counts,
    "学位课程的阶段与课程和它出售的课程不符": _wrong_steps,
}
