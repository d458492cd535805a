"""The figures of each coupon in a span: handed out, taken, used, given back, and their orders."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from luffy_api.apps.dashboard.figures.blocks import PAID_STATES
from luffy_api.apps.dashboard.figures.overview import MONEY, sees
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.figures.tables import (
    Number,
    Row,
    Table,
    Value,
    list_url,
    moments,
    shown,
)
from luffy_api.apps.order import sales_selectors
from luffy_api.apps.order.sales_selectors import CouponSales
from luffy_api.apps.promotion import counts
from luffy_api.apps.promotion.counts import CouponCounts
from luffy_api.apps.promotion.models import Coupon

May = Callable[[str], bool]
HEADINGS = ["优惠券", "发放", "领取", "其中兑换码", "使用", "退回", "优惠（元）"]
MONEY_HEADINGS = ["收款（元）", "退款（元）", "净收入（元）"]
NOTE = (
    "发放 = 学员自己领取的，加上生成的兑换码（没用就作废的不算）；使用按订单的付款时间；"
    "退回包括未付款就关闭的订单，和全额退款后退券的订单"
)
MONEY_NOTE = "；收款和退款是用券订单的，按付款时间和退款完成的时间"


@dataclass(frozen=True)
class CouponPage:
    """What one user sees of all coupons; amounts of orders as on the first page."""

    span: Span
    numbers: list[Number]
    tables: list[Table]


@dataclass(frozen=True)
class _Line:
    """One coupon, or all of them together."""

    counts: CouponCounts
    sales: CouponSales

    def values(self, money: bool) -> list[Value]:
        """In the order of the headings."""
        own: list[Value] = [
            *(self.counts.issued, self.counts.claimed, self.counts.by_code),
            *(self.sales.used, self.counts.returned, self.sales.discount),
        ]
        return [*own, *self._money()] if money else own

    def _money(self) -> list[Value]:
        sales = self.sales
        return [sales.income, sales.refunded, sales.income - sales.refunded]


def coupon_page(span: Span, may: May) -> CouponPage:
    """Six queries, whatever the number of coupons and orders. `may` says which lists open."""
    counted = counts.coupon_counts(span.start, span.end)
    sold = sales_selectors.coupon_sales(span.start, span.end)
    lines = {
        pk: _Line(counted.get(pk, CouponCounts()), sold.get(pk, CouponSales()))
        for pk in counted.keys() | sold.keys()
    }
    coupons = {each.pk: each for each in counts.coupons(set(lines))}
    money = sees(may, MONEY)
    ranked = sorted(lines, key=lambda pk: (lines[pk].sales.used, lines[pk].counts.claimed, pk))
    total = _total(list(lines.values()))
    table = Table(
        "coupons",
        "各种优惠券",
        [*HEADINGS, *(MONEY_HEADINGS if money else [])],
        [Row(str(coupons[pk]), lines[pk].values(money), _url(coupons[pk])) for pk in ranked[::-1]],
        note=NOTE + (MONEY_NOTE if money else ""),
        total=Row("合计", total.values(money)),
    )
    return CouponPage(span, _numbers(total, span, orders=_orders(span) if money else ""), [table])


def _total(lines: list[_Line]) -> _Line:
    """The sums."""

    def amount(name: str) -> Decimal:
        return sum((getattr(line.sales, name) for line in lines), Decimal("0.00"))

    def number(name: str) -> int:
        return sum(getattr(line.counts, name) for line in lines)

    sales = CouponSales(
        sum(line.sales.used for line in lines), *map(amount, ("discount", "income", "refunded"))
    )
    return _Line(CouponCounts(*map(number, ("issued", "claimed", "by_code", "returned"))), sales)


def _orders(span: Span) -> str:
    """The list of those that are counted as used; orders are for who sees money."""
    paid = moments("pay_time", span)
    with_coupon = {"order_status__in": PAID_STATES, "coupon_claim__isnull": False}
    return list_url("order_order", **paid, **with_coupon)


def _numbers(total: _Line, span: Span, *, orders: str) -> list[Number]:
    claims = list_url("promotion_claim", **moments("created_time", span))
    return [
        Number("领取", str(total.counts.claimed), claims),
        Number("使用", str(total.sales.used), orders),
        Number("优惠（元）", shown(total.sales.discount), orders),
    ]


def _url(coupon: Coupon) -> str:
    """The page of a coupon, which a deleted one has not."""
    return "" if coupon.is_delete else reverse("admin:promotion_coupon_change", args=[coupon.pk])
