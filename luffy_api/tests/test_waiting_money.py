"""Orders, and what else has their courses, while staff check money that came by hand for them."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.order import checkout, closing, member_savings
from luffy_api.apps.order.exceptions import OfflinePaymentWaits
from luffy_api.apps.order.models import OfflinePayment, OfflineStatus, Order, PayType
from luffy_api.apps.order.payment import offline
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import MembershipPeriod, Redemption
from luffy_api.apps.user import account_deletion
from luffy_api.libs.alipay_v1 import wire
from luffy_api.tests.back_office import said
from luffy_api.tests.factories import (
    ClaimFactory,
    CourseFactory,
    MembershipTermFactory,
    OfflinePaymentFactory,
    OrderFactory,
)
from luffy_api.tests.fake_gateway import WAITING
from luffy_api.tests.memberships import bought
from luffy_api.tests.people import staff
from luffy_api.tests.recording import decide, record, status_of, two_people_from
from luffy_api.tests.refunding import courses_of, deliver, post, refunded_and_due, start

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("folders", "fake_alipay", "no_violations"),
]
URL = "/api/v1/order/"


@pytest.fixture
def over(student, fake_alipay):
    """Of a member, for a course at 60 instead of 99 yuan; expired, and asked about no more."""
    term = MembershipTermFactory(months=0, days=30, price=Decimal("300.00"))
    bought(fake_alipay, student.pk, term)
    course = CourseFactory(price="99.00", vip_price="60.00")
    order = checkout.place_order(
        user_id=student.pk, course_ids=[course.pk], total_amount=Decimal("60.00")
    )
    closing.close(order, to=OrderStatus.EXPIRED, next_query_at=None)
    order.refresh_from_db()
    return order


@pytest.fixture
def course():
    return CourseFactory(name="爬虫", price="99.00")


@pytest.fixture
def place(student_api):
    """Order courses at their sum, or a term of a membership."""

    def place(total, *courses, **more):
        body = {"total_amount": total, **more}
        if courses:
            body["courses"] = [each.pk for each in courses]
        return student_api.post(f"{URL}pay/", body, format="json")

    return place


def placed(answer) -> Order:
    assert answer.status_code == 201, answer.json()
    return Order.objects.get(out_trade_no=answer.json()["out_trade_no"])


def refused(answer) -> str:
    """The sentence with which something is refused because money is checked."""
    assert (answer.status_code, answer.json()["code"]) == (409, 4005), answer.json()
    assert "学校已经登记了您" in answer.json()["msg"]
    return answer.json()["msg"]


def checked(order) -> OfflinePayment:
    """Staff have recorded money for the order."""
    return OfflinePaymentFactory(order=order)


def void(row) -> None:
    offline.void(offline_id=row.pk, staff=staff(is_superuser=True))


def confirm(row) -> None:
    offline.confirm(offline_id=row.pk, staff=staff(is_superuser=True))


def reprice(course, price) -> None:
    course.__class__.objects.filter(pk=course.pk).update(price=price)


def test_at_a_new_price_the_order_is_not_superseded(place, course):
    order = placed(place("99.00", course))
    row = checked(order)
    reprice(course, "89.00")

    for total in ("99.00", "89.00"):
        refused(place(total, course))

    assert status_of(order) is OrderStatus.UNPAID
    confirm(row)
    assert status_of(order) is OrderStatus.PAID
    assert courses_of(order.user) == {course.pk}
    assert Order.objects.count() == 1


def test_once_the_money_is_voided_it_is(place, course):
    order = placed(place("99.00", course))
    void(checked(order))
    reprice(course, "89.00")

    other = placed(place("89.00", course))

    assert status_of(order) is OrderStatus.CANCELLED
    assert other != order


def test_another_cart_with_the_course_is_refused_and_others_are_not(place, course):
    checked(placed(place("99.00", course)))
    other = CourseFactory(price="10.00")

    said = refused(place("109.00", course, other))

    assert said == "学校已经登记了您为《爬虫》线下付的款，正在核对，请不要重复购买"
    assert place("10.00", other).status_code == 201


def test_of_several_courses_the_first_and_their_number_are_named(place):
    both = [CourseFactory(name=name, price="10.00") for name in ("爬虫", "绘图")]
    checked(placed(place("20.00", *both)))

    said = refused(place("30.00", CourseFactory(price="10.00"), *both))

    assert "《爬虫》等 2 门课程" in said


@pytest.mark.parametrize("to", [OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_it_is_refused_too_when_money_came_for_an_order_that_is_over(place, finance, course, to):
    two_people_from("0")
    order = placed(place("99.00", course))
    Order.objects.filter(pk=order.pk).update(order_status=to, open_cart_key=None)
    record(finance, order)

    refused(place("99.00", course))

    confirm(OfflinePayment.objects.get())
    assert status_of(order) is OrderStatus.PAID
    assert courses_of(order.user) == {course.pk}


def test_what_somebody_else_pays_by_hand_holds_nothing(place, course):
    checked(OrderFactory(courses=[course], open_cart_key="cart"))

    assert place("99.00", course).status_code == 201


@pytest.mark.parametrize("is_over", [False, True])
def test_a_membership_is_not_ordered_twice(place, is_over):
    term = MembershipTermFactory(price="30.00")
    order = placed(place("30.00", membership=term.pk))
    checked(order)
    if is_over:
        over = OrderStatus.EXPIRED
        Order.objects.filter(pk=order.pk).update(order_status=over, open_cart_key=None)
    term.__class__.objects.update(price="20.00")

    refused(place("20.00", membership=term.pk))

    assert Order.objects.count() == 1
    other = MembershipTermFactory(price="50.00")
    assert place("50.00", membership=other.pk).status_code == 201


def test_an_order_that_was_placed_before_the_money_was_recorded_takes_no_payment(
    place, student_api, course
):
    order = placed(place("99.00", course))
    other = placed(place("109.00", course, CourseFactory(price="10.00")))
    row = checked(order)
    url = f"{URL}{other.out_trade_no}/"

    told = student_api.get(url).json()["data"]

    sentence = refused(student_api.post(f"{url}pay/"))
    assert told["payment_refusal"] == {"code": 4005, "msg": sentence}
    assert told["awaits_offline_payment"] is False
    void(row)
    assert student_api.get(url).json()["data"]["payment_refusal"] is None
    assert student_api.post(f"{url}pay/").status_code == 200


def test_the_cart_leads_to_the_order_of_the_money(place, student_api, course):
    order = placed(place("99.00", course))
    placed(place("109.00", course, CourseFactory(price="10.00")))
    student_api.post(f"{URL}cart/", {"course": course.pk}, format="json")
    checked(order)

    [item] = student_api.get(f"{URL}cart/").json()["data"]

    assert (item["state"], item["out_trade_no"]) == ("checking", order.out_trade_no)


def test_it_is_not_cancelled(place, student_api, fake_alipay, course):
    order = placed(place("99.00", course))
    row = checked(order)
    expires_at = wire.format_time(order.expires_at)
    content = {"out_trade_no": order.out_trade_no, "total_amount": "99.00"}
    assert fake_alipay.open_cashier({**content, "time_expire": expires_at})
    cancel = partial(student_api.post, f"{URL}{order.out_trade_no}/cancel/")

    assert "暂时不能取消订单" in refused(cancel())

    assert status_of(order) is OrderStatus.UNPAID
    assert fake_alipay.trades[order.out_trade_no].status == WAITING
    void(row)
    assert cancel().status_code == 200


def run_batch_later() -> None:
    Order.objects.filter(next_query_at__isnull=False).update(
        next_query_at=timezone.now(), expires_at=timezone.now() - timedelta(minutes=1)
    )
    call_command("close_expired_orders")


def test_it_does_not_expire_and_is_asked_about_less_often(place, student_api, course):
    order = placed(place("99.00", course))
    row = checked(order)

    run_batch_later()

    assert status_of(order) is OrderStatus.UNPAID
    assert order.next_query_at > timezone.now() + timedelta(minutes=14)
    url = f"{URL}{order.out_trade_no}/"
    said = "学校已经登记了您的线下付款，正在核对，请不要再次付款"
    assert refused(student_api.post(f"{url}pay/")) == said
    assert student_api.get(url).json()["data"]["payment_refusal"] == {"code": 4005, "msg": said}
    void(row)
    run_batch_later()
    assert status_of(order) is OrderStatus.EXPIRED


def test_what_was_paid_online_in_time_is_found_when_it_would_expire(place, fake_alipay, course):
    order = placed(place("99.00", course))
    row = checked(order)
    fake_alipay.sell(order)

    run_batch_later()
    confirm(row)

    assert status_of(order) is OrderStatus.PAID
    assert order.pay_type == PayType.ALIPAY
    assert refunded_and_due(order) == (0, 99)


def test_it_does_not_close_with_its_trade(place, fake_alipay, course):
    order = placed(place("99.00", course))
    row = checked(order)
    fake_alipay.sell(order)
    message = fake_alipay.message(order.out_trade_no, trade_status="TRADE_CLOSED")

    assert post(message)

    assert status_of(order) is OrderStatus.UNPAID
    void(row)
    assert post(message)
    assert status_of(order) is OrderStatus.CANCELLED


def test_its_coupon_stays_with_it(place, student, course):
    claim = ClaimFactory(user=student)
    order = placed(place("79.00", course, coupon=claim.pk))
    row = checked(order)
    run_batch_later()
    other = CourseFactory(price="99.00")

    assert place("79.00", other, coupon=claim.pk).status_code == 409

    confirm(row)
    assert status_of(order) is OrderStatus.PAID
    assert Redemption.objects.get().state == Redemption.State.USED


def test_money_for_what_was_paid_in_another_order_meanwhile_is_due_back(
    place, finance, fake_alipay, course
):
    """Recorded while the student was at the cashier of the other one."""
    two_people_from("0")
    order = placed(place("99.00", course))
    other = placed(place("109.00", course, CourseFactory(price="10.00")))
    record(finance, order)
    fake_alipay.sell(other)
    assert deliver(fake_alipay, other)

    said = decide(finance, OfflinePayment.objects.get(), "void")
    assert said == "已作废"
    two_people_from("1000")
    said = decide(finance, checked(order), "confirm")

    assert "其中 99.00 元" in said
    assert "待退款订单" in said
    assert status_of(order) is OrderStatus.PAID
    assert refunded_and_due(order) == (0, 99)
    assert refunded_and_due(other) == (0, 0)
    assert OfflinePayment.objects.filter(status=OfflineStatus.CONFIRMED).count() == 1


def membership_of(order) -> Order:
    return Order.objects.get(user=order.user_id, membership_line__isnull=False)


def test_what_a_member_saves_in_an_order_that_is_over_counts_while_its_money_is_checked(over):
    without = member_savings.by_days(membership_of(over)).amount

    row = checked(over)

    assert member_savings.by_days(membership_of(over)).amount == without - 39
    void(row)
    assert member_savings.by_days(membership_of(over)).amount == without


@pytest.mark.parametrize("mode", ["fine", "mute"])
def test_the_price_of_a_membership_that_went_back_is_not_paid_later(
    finance, fake_alipay, over, mode
):
    """Under way is as good as back."""
    two_people_from("0")
    fake_alipay.mode = mode
    start(membership_of(over), by_days=True)
    fake_alipay.mode = "fine"

    assert "请学员重新下单" in said(record(finance, over))

    assert not OfflinePayment.objects.exists()


def test_the_price_of_a_membership_that_is_over_by_itself_stays(finance, over):
    two_people_from("0")
    MembershipPeriod.objects.update(ends_at=timezone.now())

    assert "另一位同事" in said(record(finance, over))


def test_an_account_is_not_closed_before(over):
    row = checked(over)

    with pytest.raises(OfflinePaymentWaits, match="再注销账号"):
        account_deletion.close(over.user_id)

    over.user.refresh_from_db()
    assert over.user.closed_at is None
    void(row)
    account_deletion.close(over.user_id)


def test_what_somebody_else_has_paid_closes_no_door(over):
    checked(OrderFactory(open_cart_key="cart"))

    account_deletion.close(over.user_id)
