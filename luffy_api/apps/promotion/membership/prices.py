"""What the courses that a student wants cost this student: a member pays the 会员价 of a course.

Everything that shows or takes a student's own total asks here: cart, coupons, packages, checkout.
"""

from collections.abc import Sequence

from django.utils import timezone

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.selectors import CourseForSale
from luffy_api.apps.promotion import locks
from luffy_api.apps.promotion.membership import own


def for_sale(
    *, user_id: int, course_ids: Sequence[int], is_placing: bool = False
) -> list[CourseForSale]:
    """`course.selectors.for_sale` at this student's prices. One query.

    One more if one of them has a lower price for members: only then it matters who is one. Where
    an order is placed, in its transaction, the membership cannot be refunded before it commits.
    """
    courses = course_selectors.for_sale(user_id=user_id, course_ids=course_ids)
    if all(each.vip_price is None for each in courses):
        return courses
    now = timezone.now()
    is_member = (
        locks.lock_membership(user_id, now) if is_placing else own.ends_at(user_id, now) is not None
    )
    return [each.for_member() for each in courses] if is_member else courses
