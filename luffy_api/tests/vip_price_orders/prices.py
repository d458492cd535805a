"""Orders at 会员价, as a student or a service places them."""

from decimal import Decimal

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.apps.order import checkout
from luffy_api.apps.order.models import Order
from luffy_api.tests.factories import (
    DiscountFactory,
)
from luffy_api.tests.refunding import finish, start

QUOTE = "/api/v1/promotion/coupon/quote/"


def cheaper(course, amount):
    """A discount of so many yuan that is running."""
    DiscountFactory(courses=[course], discount_type=CourseDiscount.Type.MINUS, value=amount)


def place(client, *courses, total, **more):
    body = {"courses": [each.pk for each in courses], "total_amount": total, **more}
    return client.post("/api/v1/order/pay/", body, format="json")


def end_membership():
    """Refund it whole."""
    start(Order.objects.get(membership_line__isnull=False))
    finish()


def ordered(user_id, course, total):
    return checkout.place_order(
        user_id=user_id, course_ids=[course.pk], total_amount=Decimal(total)
    )


def refuses(answer, total) -> bool:
    """Nothing was ordered, and the true total is told."""
    body = answer.json()
    return (answer.status_code, body["errors"]) == (409, {"total_amount": [total]})
