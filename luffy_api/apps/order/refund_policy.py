"""The school's rule: which courses students may ask back; any other only staff can refund.

A course may be asked back within so many days after paying, while at most so many percent of its
videos are watched (`school.selectors.refund_policy`); of a whole order each course has to fit. The
price of a course that the student had before is due anyway and may always be asked back. Of one
that was bought again after its study period, what was watched in that does not count. For a
membership only the days after paying count: what goes back is the price of its unused days, less
what was saved by it (`member_savings`).

The only module of this app that knows what students have watched.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from luffy_api.apps.learning import periods
from luffy_api.apps.learning import selectors as learning
from luffy_api.apps.learning.selectors import WatchedVideos
from luffy_api.apps.order import amounts, memberships, selectors
from luffy_api.apps.order.exceptions import RefundNotAllowed
from luffy_api.apps.order.models import Order, OrderDetail, RefundStatus
from luffy_api.apps.school.selectors import RefundPolicy, refund_policy

ASK_STAFF = "不能自己申请退款，请联系客服"
COMMITTED = (RefundStatus.PROCESSING, RefundStatus.REFUNDED)


@dataclass(frozen=True)
class Rule:
    """The school's rule with all that it asks about one order."""

    policy: RefundPolicy
    order: Order
    watched: dict[int, WatchedVideos]
    due: set[int]

    def refusal(self, line: OrderDetail) -> str:
        """Why this course is left to staff; empty when the student may ask."""
        if line.course_id in self.due:
            return ""
        if why := self._too_late("课程"):
            return why
        percent = self.policy.watched_percent
        if self.watched[line.course_id].exceeds(percent):
            return f"《{line.course.name}》已观看超过 {percent}%，{ASK_STAFF}"
        return ""

    def refusal_of_all(self) -> str:
        """The same for the whole order: of each course that did not go back yet, or its term."""
        if is_of_membership(self.order):
            return self._too_late("会员")
        gone = {each.course_id for each in self.order.refund_rows if each.status in COMMITTED}
        kept = (line for line in self.order.lines if line.course_id not in gone)
        return next((why for line in kept if (why := self.refusal(line))), "")

    def _too_late(self, goods: str) -> str:
        days, paid_at = self.policy.days, self.order.pay_time
        if not days:
            return f"本校的{goods}{ASK_STAFF}"
        if paid_at is None or timezone.now() > paid_at + timedelta(days=days):
            return f"付款已超过 {days} 天，{ASK_STAFF}"
        return ""


def is_of_membership(order: Order) -> bool:
    """Whether an order that has its `lines` is for a membership. No query for one of courses."""
    return not order.lines and memberships.line_of(order) is not None


def load(order: Order) -> Rule:
    """The rule for an order that has its `lines` and `refund_rows`. Three queries."""
    return Rule(
        policy=refund_policy(),
        order=order,
        watched=watched(order),
        due=amounts.courses_due(order),
    )


def watched(order: Order) -> dict[int, WatchedVideos]:
    """What the student has watched of each course of an order that has its `lines`. One query."""
    course_ids = [line.course_id for line in order.lines]
    return learning.watched_videos(user_id=order.user_id, course_ids=course_ids)


def count_anew(*, user_id: int, course_ids: Collection[int]) -> None:
    """What was watched of courses in study periods that are over does not count for refunds.

    In the transaction in which they are paid again.
    """
    periods.begin(user_id=user_id, course_ids=course_ids)


def require(order: Order, *, course_id: int | None) -> None:
    """Raise RefundNotAllowed when a course, or without one the whole order, is left to staff."""
    rule = load(selectors.with_lines(order))
    lines = [line for line in order.lines if line.course_id == course_id]
    why = rule.refusal(lines[0]) if lines else rule.refusal_of_all()
    if why:
        raise RefundNotAllowed(why)
