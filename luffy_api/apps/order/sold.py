"""What an order of courses is made of, before it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from luffy_api.apps.course.selectors import CourseForSale
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.subjects import subject_of, subject_of_package
from luffy_api.apps.promotion.packages import PackageOffer
from luffy_api.apps.promotion.pricing import Quote
from luffy_api.common.prepared_insert import PreparedInsert


@dataclass(frozen=True)
class PutOn:
    """A coupon on an order, if any: yuan less, of all and by course."""

    name: str = ""
    quote: Quote = field(default_factory=lambda: Quote({}))

    @property
    def amount(self) -> Decimal:
        """Yuan less."""
        return self.quote.amount


class Sold(Protocol):
    """What an order is made of: courses, or the term of a membership."""

    @property
    def coupon(self) -> PutOn:
        """What is put on it."""

    @property
    def total(self) -> Decimal:
        """What is to be paid, in yuan."""

    @property
    def subject(self) -> str:
        """What the order is called."""

    def is_in(self, order: Order) -> bool:
        """Whether an order is for just this. One query."""

    def add_to(self, order: Order) -> None:
        """Write the lines of a new order, at the latest with COMMIT."""


@dataclass(frozen=True)
class SoldCourses:
    """Courses at prices before the coupon, but within the package."""

    courses: Sequence[CourseForSale]
    coupon: PutOn
    package: PackageOffer | None

    @property
    def total(self) -> Decimal:
        """What is to be paid, in yuan."""
        prices = (each.offer.real_price for each in self.courses)
        return sum(prices, Decimal("0.00")) - self.coupon.amount

    @property
    def subject(self) -> str:
        """What the order is called."""
        if self.package:
            return subject_of_package(self.package.package.name, len(self.courses))
        return subject_of([each.course.name for each in self.courses])

    def is_in(self, order: Order) -> bool:
        """Whether an order is of this package, at these prices and for these study periods.

        Of one sum there may be many prices, and a course is refunded at that of its line.
        """
        rows = OrderDetail.objects.filter(order=order)
        wanted = {
            (each.course_id, each.real_price, each.package_id, each.study_months)
            for each in self._lines(order)
        }
        return set(rows.values_list("course", "real_price", "package", "study_months")) == wanted

    def add_to(self, order: Order) -> None:
        """Write the lines of a new order, at the latest with COMMIT."""
        order.lines = self._lines(order)
        _insert_lines.send(order.lines)

    def _lines(self, order: Order) -> list[OrderDetail]:
        return [self._line(order, each) for each in self.courses]

    def _line(self, order: Order, each: CourseForSale) -> OrderDetail:
        share = self.coupon.quote.shares.get(each.course.pk, Decimal("0.00"))
        package = self.package.package if self.package else None
        return OrderDetail(
            order=order,
            course=each.course,
            price=each.course.price,
            real_price=each.offer.real_price - share,
            vip_amount=each.vip_amount,
            coupon_amount=share,
            study_months=each.course.study_months,
            package=package,
            package_name=package.name if package else "",
        )


_insert_lines = PreparedInsert(OrderDetail)
