"""check_integrity finds what is wrong with the coupon of an order."""

from decimal import Decimal

import pytest

from luffy_api.apps.order import checkout, coupon_integrity, integrity
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.promotion.models import Claim, Redemption
from luffy_api.tests.factories import ClaimFactory, CourseFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(fake_alipay) -> Order:
    """With 20 of 99 yuan taken off."""
    claim = ClaimFactory()
    return checkout.place_order(
        user_id=claim.user_id,
        course_ids=[CourseFactory(price="99.00").pk],
        total_amount=Decimal("79.00"),
        claim_id=claim.pk,
    )


def share_less(order):
    OrderDetail.objects.filter(order=order).update(coupon_amount=19)


def share_without_coupon(order):
    OrderDetail.objects.filter(order=OrderFactory()).update(coupon_amount=1)


def lose_the_redemption(order):
    Redemption.objects.all().delete()


def lose_the_order(order):
    Redemption.objects.update(reference="elsewhere")


def take_it_back(order):
    Redemption.objects.update(state=Redemption.State.RETURNED, live_claim=None)


def change_the_student(order):
    Claim.objects.update(user=UserFactory())


SHARES, RECORD, STATE, STUDENT = coupon_integrity.RULES
BROKEN = [
    (share_less, SHARES),
    (share_without_coupon, SHARES),
    (lose_the_redemption, RECORD),
    (lose_the_order, RECORD),
    (take_it_back, STATE),
    (change_the_student, STUDENT),
]


@pytest.mark.parametrize(("wrong", "rule"), BROKEN)
def test_each_contradiction_of_a_coupon_is_found(order, wrong, rule):
    assert [found.rule for found in integrity.run_checks()] == []

    wrong(order)

    assert rule in {found.rule for found in integrity.run_checks()}
