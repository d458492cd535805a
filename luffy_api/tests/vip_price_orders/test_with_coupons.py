"""会员价 with a coupon: nobody pays more as a member, and what the membership saved is told."""

import random
from decimal import Decimal

import pytest

from luffy_api.apps.order.models import Order
from luffy_api.apps.promotion.pricing import CouponKind, Stacking
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    UserFactory,
)
from luffy_api.tests.refunding import deliver
from luffy_api.tests.vip_price_orders.prices import QUOTE, place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]


@pytest.mark.parametrize(
    ("stacking", "total"),
    [
        (Stacking.WITH_DISCOUNT, "49.00"),  # 59 − 10
        (Stacking.NOT_DISCOUNTED, None),
        (Stacking.LOWER_OF_BOTH, None),  # 99 − 10 is more than 59
    ],
)
def test_to_a_coupon_the_price_for_members_is_a_discount(
    student_api, member, course, stacking, total
):
    coupon = CouponFactory(kind=CouponKind.MINUS, value="10.00", threshold=0, stacking=stacking)
    claim = ClaimFactory(user=member, coupon=coupon)
    quoted = student_api.post(QUOTE, {"courses": [course.pk]}, format="json")
    [quote] = quoted.json()["data"]

    if total is None:
        assert quote["why"]
        assert place(student_api, course, total="59.00", coupon=claim.pk).status_code == 409
        return
    assert quote["total_amount"] == total
    order = place(student_api, course, total=total, coupon=claim.pk).json()["data"]
    [line] = order["courses"]
    assert (line["real_price"], line["vip_amount"], line["coupon_amount"]) == (
        *("49.00", "40.00", "10.00"),
    )


@pytest.mark.parametrize("stacking", Stacking)
@pytest.mark.parametrize(
    ("kind", "value", "threshold"),
    [
        (CouponKind.THRESHOLD, "30.00", 99),  # the price for members misses it
        (CouponKind.MINUS, "50.00", 0),
        (CouponKind.RATE, "0.50", 0),
        (CouponKind.PRICE, "70.00", 0),
        (CouponKind.MINUS, "1.00", 0),
    ],
)
def test_no_member_pays_more_with_a_coupon_than_others(
    student_api, member, course, stacking, kind, value, threshold
):
    terms = {"kind": kind, "value": value, "threshold": threshold, "stacking": stacking}
    coupon, totals = CouponFactory(**terms), []
    stranger = UserFactory()
    for client, user, without in (
        (student_api, member, "59.00"),
        (logged_in(stranger), stranger, "99.00"),
    ):
        claim = ClaimFactory(user=user, coupon=coupon)
        quoted = client.post(QUOTE, {"courses": [course.pk]}, format="json").json()["data"]
        [quote] = quoted
        assert quote["total_amount"] == without if quote["why"] else True
        more = {} if quote["why"] else {"coupon": claim.pk}
        answer = place(client, course, total=quote["total_amount"], **more)
        assert answer.status_code == 201, answer.json()
        totals.append(Decimal(answer.json()["data"]["total_amount"]))

    assert totals[0] <= totals[1]
    assert totals[0] <= 59


@pytest.mark.parametrize(
    ("kind", "value", "stacking", "line", "rest"),
    [
        # As dear for everybody: the membership has saved nothing.
        (CouponKind.PRICE, "9.90", Stacking.LOWER_OF_BOTH, ("9.90", "0.00", "89.10"), "29.00"),
        (CouponKind.PRICE, "9.90", Stacking.WITH_DISCOUNT, ("9.90", "0.00", "89.10"), "29.00"),
        # 49.50 for everybody.
        (CouponKind.RATE, "0.50", Stacking.WITH_DISCOUNT, ("29.50", "20.00", "49.50"), "9.00"),
        # 98 for everybody.
        (CouponKind.MINUS, "1.00", Stacking.WITH_DISCOUNT, ("58.00", "40.00", "1.00"), "0.00"),
    ],
)
def test_with_a_coupon_a_member_saves_what_others_pay_more_with_it(
    student_api, member, course, fake_alipay, kind, value, stacking, line, rest
):
    """That comes off a refund of the membership, which gives back 29 of its 30 yuan."""
    coupon = CouponFactory(kind=kind, value=value, threshold=0, stacking=stacking)
    claim = ClaimFactory(user=member, coupon=coupon)
    membership = Order.objects.get(membership_line__isnull=False)

    placed = place(student_api, course, total=line[0], coupon=claim.pk).json()["data"]
    paid = Order.objects.get(out_trade_no=placed["out_trade_no"])
    fake_alipay.sell(paid)
    assert deliver(fake_alipay, paid)

    [row] = placed["courses"]
    assert (row["real_price"], row["vip_amount"], row["coupon_amount"]) == line
    option = student_api.get(f"/api/v1/order/{membership.out_trade_no}/").json()["data"]
    assert option["refund_options"]["whole"]["amount"] == rest


def test_whatever_the_cart_a_member_saves_what_others_pay_more(student_api, member):
    rng = random.Random(11)
    for _ in range(25):
        courses = []
        for _ in range(rng.randint(1, 3)):
            price = rng.randint(20, 200)
            vip = f"{rng.randint(1, price - 1)}.00" if rng.random() < 0.7 else None
            courses.append(CourseFactory(price=f"{price}.00", vip_price=vip))
        kind = rng.choice([CouponKind.MINUS, CouponKind.RATE, CouponKind.PRICE])
        value = f"0.{rng.randint(1, 9)}" if kind == CouponKind.RATE else f"{rng.randint(1, 60)}"
        coupon = CouponFactory(
            kind=kind, value=value, threshold=0, stacking=rng.choice(list(Stacking))
        )
        ids, totals = {"courses": [each.pk for each in courses]}, []
        for user in (member, UserFactory()):
            claim = ClaimFactory(user=user, coupon=coupon)
            client = logged_in(user)
            [quote] = [
                each
                for each in client.post(QUOTE, ids, format="json").json()["data"]
                if each["id"] == claim.pk
            ]
            totals.append(Decimal(quote["total_amount"]))
            if user == member:
                used = not quote["why"]
                more = {} if quote["why"] else {"coupon": claim.pk}
                answer = place(client, *courses, total=quote["total_amount"], **more)
                assert answer.status_code == 201, answer.json()
                lines = answer.json()["data"]["courses"]
        for row in lines:
            parts = [Decimal(row[name]) for name in ("real_price", "vip_amount", "coupon_amount")]
            assert min(parts) >= 0
            assert sum(parts) == Decimal(row["price"])
        saved = sum(Decimal(row["vip_amount"]) for row in lines)
        # Who has kept the coupon has saved what everybody pays more without one.
        others = totals[1] if used else sum(Decimal(each.price) for each in courses)
        assert saved == others - totals[0], (coupon.kind, coupon.value, coupon.stacking, lines)


def test_the_best_of_all_combinations_is_found(student_api, member):
    """No step from all prices for members, or from all of everybody, makes this one cheaper."""
    prices = [("188.49", "107.44"), ("128.83", "109.51"), ("110.45", "23.19"), ("90.51", "82.36")]
    courses = [CourseFactory(price=price, vip_price=vip) for price, vip in prices]
    coupon = CouponFactory(
        kind=CouponKind.MINUS, value="66.81", threshold="146.26", stacking=Stacking.NOT_DISCOUNTED
    )
    claim = ClaimFactory(user=member, coupon=coupon)
    body = {"courses": [each.pk for each in courses]}

    [quote] = student_api.post(QUOTE, body, format="json").json()["data"]

    # The second and the fourth with the coupon, the others at the price for members.
    assert (quote["total_amount"], quote["why"]) == ("283.16", "")
    assert place(student_api, *courses, total="283.16", coupon=claim.pk).status_code == 201


def test_each_course_of_a_cart_has_the_better_price(student_api, member):
    one = CourseFactory(price="100.00", vip_price="95.00")
    two = CourseFactory(price="100.00", vip_price="60.00")
    coupon = CouponFactory(
        kind=CouponKind.MINUS, value="50.00", threshold=0, stacking=Stacking.NOT_DISCOUNTED
    )
    claim = ClaimFactory(user=member, coupon=coupon)

    quoted = student_api.post(QUOTE, {"courses": [one.pk, two.pk]}, format="json")
    order = place(student_api, one, two, total="110.00", coupon=claim.pk).json()["data"]

    [quote] = quoted.json()["data"]
    assert (quote["amount"], quote["total_amount"]) == ("45.00", "110.00")  # of 95 and 60
    lines = [
        (each["real_price"], each["vip_amount"], each["coupon_amount"]) for each in order["courses"]
    ]
    assert lines == [("50.00", "0.00", "50.00"), ("60.00", "40.00", "0.00")]
