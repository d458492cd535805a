"""What a member saves is what others pay more with the same coupon; the rest is the coupon's."""

import random
from decimal import Decimal

import pytest

from luffy_api.apps.order import checkout, member_savings
from luffy_api.apps.order.models import OrderDetail
from luffy_api.apps.promotion import selectors
from luffy_api.apps.promotion.membership import prices
from luffy_api.apps.promotion.pricing import CouponKind, Stacking
from luffy_api.tests.factories import (
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    MembershipTermFactory,
    UserFactory,
)
from luffy_api.tests.memberships import bought

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]


@pytest.fixture
def membership(student, fake_alipay):
    """30 days for 30 yuan."""
    return bought(fake_alipay, student.pk, MembershipTermFactory(months=0, days=30))


def ordered(user, courses, coupon):
    """The lines of an order with a coupon: price paid, saved as a member, and by the coupon."""
    claim = ClaimFactory(user=user, coupon=coupon)
    found = quoted(user, courses, claim)
    order = checkout.place_order(
        user_id=user.pk,
        course_ids=[each.pk for each in courses],
        total_amount=found.total,
        claim_id=claim.pk,
    )
    lines = OrderDetail.objects.filter(order=order).order_by("pk")
    return [(each.real_price, each.vip_amount, each.coupon_amount) for each in lines]


def quoted(user, courses, claim):
    here = prices.for_sale(user_id=user.pk, course_ids=[each.pk for each in courses])
    _, found = selectors.quote_claim(
        user_id=user.pk, claim_id=claim.pk, courses=here, cart_key="no other order has it"
    )
    return found


def yuan(*amounts):
    return tuple(Decimal(each) for each in amounts)


def test_a_fixed_price_that_everybody_has_saves_a_member_nothing(student, membership):
    course = CourseFactory(price="49.00", vip_price="20.00")
    coupon = CouponFactory(
        kind=CouponKind.PRICE, value="9.90", threshold=0, stacking=Stacking.LOWER_OF_BOTH
    )

    assert ordered(student, [course], coupon) == [yuan("9.90", "0.00", "39.10")]
    assert ordered(UserFactory(), [course], coupon) == [yuan("9.90", "0.00", "39.10")]
    assert member_savings.by_days(membership).savings == []


def test_half_of_a_price_for_members_saves_half_of_the_difference(student, membership):
    course = CourseFactory(price="49.00", vip_price="20.00")
    coupon = CouponFactory(kind=CouponKind.RATE, value="0.50", threshold=0)

    assert ordered(student, [course], coupon) == [yuan("10.00", "14.50", "24.50")]
    assert ordered(UserFactory(), [course], coupon) == [yuan("24.50", "0.00", "24.50")]
    assert member_savings.by_days(membership).saved == Decimal("14.50")


def test_a_coupon_that_only_a_member_can_use_leaves_all_savings(student, membership):
    course = CourseFactory(price="49.00", vip_price="20.00")
    other = CourseFactory(price="30.00")
    coupon = CouponFactory(kind=CouponKind.MINUS, value="10.00", threshold=0)
    coupon.scope = coupon.Scope.COURSE
    coupon.save()
    coupon.courses.set([other])

    lines = ordered(student, [course, other], coupon)

    assert sorted(lines) == [yuan("20.00", "0.00", "10.00"), yuan("20.00", "29.00", "0.00")]


def any_cart(rng):
    """One to four courses, some with a price for members, and a coupon for all of them."""
    courses = []
    for _ in range(rng.randint(1, 4)):
        price = Decimal(rng.randint(100, 30000)) / 100
        vip_price = rng.choice([None, round(price * rng.randint(10, 99) / 100, 2)])
        courses.append(CourseFactory(price=price, vip_price=vip_price))
    kind = rng.choice(CouponKind.values)
    limits = (10, 90) if kind == CouponKind.RATE else (100, 9000)
    coupon = CouponFactory(
        kind=kind,
        value=Decimal(rng.randint(*limits)) / 100,
        threshold=100 if kind == CouponKind.THRESHOLD else 0,
        stacking=rng.choice(Stacking.values),
    )
    return courses, coupon


def choice(user, courses, coupon):
    claim = ClaimFactory(user=user, coupon=coupon)
    found = selectors.choices(user_id=user.pk, course_ids=[each.pk for each in courses])
    return next(each for each in found if each.claim == claim)


def test_of_any_cart_the_saving_is_the_difference_to_others(student, membership):
    rng, other, used = random.Random(89), UserFactory(), 0
    for _ in range(25):
        courses, coupon = any_cart(rng)
        mine, theirs = (choice(user, courses, coupon) for user in (student, other))
        if mine.quote.why:
            continue

        found = quoted(student, courses, mine.claim)

        used += 1
        saved = sum(each.vip_amount for each in found.courses)
        assert saved == max(Decimal(0), theirs.total - mine.total)
        for each in found.courses:
            share = found.quote.shares.get(each.course.pk, Decimal(0))
            assert each.offer.real_price + each.vip_amount == each.course.price
            assert Decimal(0) <= share < each.offer.real_price
    assert used >= 15
