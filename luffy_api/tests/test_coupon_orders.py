"""Orders with coupons: priced on the server, given back, spent once; with fake gateways."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order import cancellation, checkout
from luffy_api.apps.order.models import Order, PayType
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import redemptions
from luffy_api.apps.promotion.models import Claim, Coupon, Redemption
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.tests.factories import ClaimFactory, CouponFactory, CourseFactory, UserFactory
from luffy_api.tests.races import at_once
from luffy_api.tests.refunding import deliver, finish, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
State = Redemption.State


@pytest.fixture
def claim(student) -> Claim:
    """20 yuan less."""
    return ClaimFactory(user=student)


@pytest.fixture
def courses() -> list[Course]:
    return [CourseFactory(price="99.00"), CourseFactory(price="0.50")]


def place(api, courses, total, **more):
    body = {"courses": [course.pk for course in courses], "total_amount": total, **more}
    return api.post("/api/v1/order/pay/", body, format="json")


def ordered(claim, courses, total, pay_type=PayType.ALIPAY):
    return checkout.place_order(
        user_id=claim.user_id,
        course_ids=[course.pk for course in courses],
        total_amount=Decimal(total),
        pay_type=pay_type,
        claim_id=claim.pk,
    )


def states() -> list[int]:
    return list(Redemption.objects.order_by("pk").values_list("state", flat=True))


def cancel(order) -> None:
    cancellation.cancel(user_id=order.user_id, out_trade_no=order.out_trade_no)


def query_finally() -> None:
    """The links of cashiers are over, and the batch asks once more."""
    past = timezone.now() - timedelta(minutes=6)
    Order.objects.filter(next_query_at__isnull=False).update(
        next_query_at=timezone.now(), expires_at=past
    )
    reconciliation.reconcile()


def test_an_order_shows_what_the_coupon_took_off_each_course(
    student_api, claim, courses, fake_alipay
):
    refused = place(student_api, courses, "99.50", coupon=claim.pk)
    assert (refused.status_code, refused.json()["errors"]) == (409, {"total_amount": ["79.50"]})

    order = place(student_api, courses, "79.50", coupon=claim.pk).json()["data"]

    assert (order["coupon_name"], order["coupon_amount"]) == (claim.coupon.name, "20.00")
    lines = [
        (each["price"], each["coupon_amount"], each["real_price"]) for each in order["courses"]
    ]
    assert lines == [("99.00", "19.90", "79.10"), ("0.50", "0.10", "0.40")]
    again = place(student_api, courses[::-1], "79.50", coupon=claim.pk).json()["data"]
    assert again["out_trade_no"] == order["out_trade_no"]
    assert states() == [State.HELD]


def test_coupons_that_may_not_be_used_make_no_order(student, student_api, courses, fake_alipay):
    day, now = timedelta(days=1), timezone.now()
    others = ClaimFactory()
    refused = [
        (others.pk, 404),
        (10**9, 404),
        (ClaimFactory(user=student, coupon=CouponFactory(ends_at=now - day)).pk, 409),
        (ClaimFactory(user=student, coupon=CouponFactory(starts_at=now + day)).pk, 409),
        (ClaimFactory(user=student, coupon=CouponFactory(is_delete=True)).pk, 404),
        (ClaimFactory(user=student, coupon=CouponFactory(threshold="100")).pk, 409),
        *((wrong, 400) for wrong in (0, -1, "x", [1], 10**30)),
    ]

    for pk, status in refused:
        answer = place(student_api, courses, "79.50", coupon=pk)
        assert answer.status_code == status, (pk, answer.json())
    assert not Order.objects.exists()
    assert not Redemption.objects.exists()


def test_the_idempotency_key_stands_for_the_coupon_too(student_api, claim, courses, fake_alipay):
    one = partial(place, student_api, courses, "79.50", coupon=claim.pk)
    key = {"HTTP_IDEMPOTENCY_KEY": "k"}
    student_api.credentials(**{**student_api._credentials, **key})
    first = one()

    assert first.status_code == 201
    assert one().json()["out_trade_no"] == first.json()["out_trade_no"]
    assert place(student_api, courses, "79.50").status_code == 409


def test_a_closed_trade_gives_the_coupon_back_at_once(claim, courses, fake_wechatpay):
    order = ordered(claim, courses, "79.50", PayType.WECHAT)
    fake_wechatpay.open_trade(order.trade_number, order.total_amount, order.expires_at)

    cancel(order)

    assert states() == [State.RETURNED]
    assert ordered(claim, courses[:1], "79.00", PayType.WECHAT).coupon_amount == 20


def test_a_cashier_that_may_still_be_opened_keeps_it_for_other_courses(claim, courses, fake_alipay):
    """Otherwise several orders could be paid with one coupon, by links that were kept."""
    order = ordered(claim, courses, "79.50")
    cancel(order)
    assert states() == [State.CLOSING]

    with pytest.raises(Exception, match="付款链接失效后会自动退回"):
        ordered(claim, courses[:1], "79.00")
    same = ordered(claim, courses, "79.50")
    assert (same.pk != order.pk, states()) == (True, [State.RETURNED, State.HELD])

    cancel(same)
    query_finally()
    assert states() == [State.RETURNED, State.RETURNED]
    assert ordered(claim, courses[:1], "79.00").coupon_amount == 20


def test_the_cart_of_an_open_or_closed_order_is_quoted_with_its_coupon(
    claim, courses, student_api, fake_alipay
):
    """What placing takes is offered, so that nobody comes back to a dearer order."""

    def quoted(*wanted):
        body = {"courses": [each.pk for each in wanted]}
        rows = student_api.post("/api/v1/promotion/coupon/quote/", body, format="json")
        return [row["total_amount"] for row in rows.json()["data"] if not row["why"]]

    def mine(state="held"):
        rows = student_api.get("/api/v1/promotion/coupon/", {"state": state}).json()["data"]
        return [row["state"] for row in rows["results"]]

    order = ordered(claim, courses, "79.50")
    assert (quoted(*courses), quoted(courses[0])) == (["79.50"], [])
    assert (mine(), mine("usable"), mine("used")) == (["held"], [], [])

    cancel(order)
    assert (quoted(*reversed(courses)), quoted(courses[0])) == (["79.50"], [])
    assert (mine(), mine("usable"), mine("used")) == (["closing"], [], [])
    answer = place(student_api, courses, "79.50", coupon=claim.pk)
    assert answer.status_code == 201, answer.json()
    cancel(Order.objects.latest("pk"))
    query_finally()
    assert (quoted(courses[0]), mine("usable"), mine()) == (["79.00"], ["usable"], [])


def test_expired_orders_give_it_back_and_a_new_price_moves_it(claim, courses, fake_alipay):
    ordered(claim, courses, "79.50")
    Course.objects.filter(pk=courses[0].pk).update(price="100.00")

    ordered(claim, courses, "80.50")

    assert states() == [State.RETURNED, State.HELD]
    query_finally()
    call_command("close_expired_orders")
    query_finally()
    assert set(states()) == {State.RETURNED}


def pay(gateway, order) -> None:
    """However late, and whatever the shop thinks of the order."""
    gateway.sell(order)
    assert deliver(gateway, order)


def test_a_late_payment_takes_the_coupon_again_unless_it_is_elsewhere(claim, courses, fake_alipay):
    first = ordered(claim, courses, "79.50")
    cancel(first)
    query_finally()
    second = ordered(claim, courses[:1], "79.00")

    pay(fake_alipay, second)
    pay(fake_alipay, first)

    assert states() == [State.LATE, State.USED]
    assert set(Order.objects.values_list("order_status", flat=True)) == {OrderStatus.PAID}

    other = ClaimFactory(user=claim.user)
    third = ordered(other, [CourseFactory(price="50.00")], "30.00")
    cancel(third)
    query_finally()
    pay(fake_alipay, third)
    assert states()[-1] == State.USED


@pytest.mark.parametrize("returns", [True, False])
def test_the_school_says_whether_a_full_refund_gives_it_back(claim, courses, fake_alipay, returns):
    SchoolSettings.objects.create(pk=1, refund_returns_coupon=returns)
    order = ordered(claim, courses, "79.50")
    pay(fake_alipay, order)

    start(order, course_id=courses[1].pk)
    finish()
    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("0.40")
    assert states() == [State.USED]
    start(order)
    finish()

    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert states() == [State.RETURNED if returns else State.USED]


def rivals(claim):
    carts = [CourseFactory(price="99.00") for _ in range(50)]
    return [partial(ordered, claim, [course], "79.00") for course in carts]


def test_of_fifty_orders_one_spends_the_coupon(fake_alipay):
    claim = ClaimFactory()

    ends = at_once(*rivals(claim))

    assert (ends.count("done"), ends.count("CouponNotUsable")) == (1, 49)
    assert Order.objects.count() == Redemption.objects.count() == 1


def test_control_without_the_unique_column_many_orders_spend_it(fake_alipay, monkeypatch):
    claim = ClaimFactory(user=UserFactory())
    taken = []

    def hold(**how):
        taken.append(how["claim_id"])

    monkeypatch.setattr(redemptions, "hold", hold)

    ends = at_once(*rivals(claim)[:8])

    assert ends.count("done") == len(taken) > 1
    Order.objects.all().delete()


def test_the_database_refuses_a_second_order_for_a_coupon(claim):
    kept = {"claim": claim, "live_claim": claim.pk, "cart_key": "c", "amount": 1}
    Redemption.objects.create(reference="A", **kept)

    with pytest.raises(IntegrityError) as refused:
        Redemption.objects.create(reference="B", **kept)

    assert redemptions.is_rivalled(refused.value)
    Redemption.objects.all().delete()
    assert Coupon.objects.count() == 1
