"""What providers keep of an order says who ordered what, and is believed for this order only."""

from decimal import Decimal

import pytest

from luffy_api.apps.order.exceptions import OrderNotRecreated
from luffy_api.apps.order.models import Order, OrderDetail, PaymentEvent
from luffy_api.apps.order.payment import recreation, references
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.payment.references import Reference
from luffy_api.tests.factories import CourseFactory, OrderFactory

pytestmark = pytest.mark.django_db

NUMBER = "01JABCDEFGHJKMNPQRSTVWXYZ0"


@pytest.fixture
def order() -> Order:
    courses = [CourseFactory(price=Decimal(yuan)) for yuan in ("99.00", "0.01")]
    return OrderFactory(out_trade_no=NUMBER, courses=courses, total_amount=Decimal("99.01"))


def payment(order: Order, **changes) -> Payment:
    known = {
        "out_trade_no": order.out_trade_no,
        "number": f"{order.out_trade_no}_2",
        "trade_no": "T1",
        "total_amount": order.total_amount,
        "paid_at": None,
        "source": PaymentEvent.Source.QUERY,
        "reference": references.reference_of(order),
    }
    return Payment(**{**known, **changes})


def test_a_reference_names_the_student_and_the_prices(order):
    text = references.reference_of(order)

    lines = order.order_courses.order_by("pk")
    prices = {line.course_id: line.real_price for line in lines}
    assert references.read(text, out_trade_no=NUMBER) == Reference(order.user_id, prices)
    assert references.reference_of(order) == text  # WeChat Pay compares what is sent again


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text.upper(),
        lambda text: text.replace("luffy1.", "luffy1.1"),
        lambda text: f"{text}.{text}",
        lambda text: "." * 128,
        lambda text: "x" * 5000,
        lambda text: "a=1&b=2",
        lambda text: "路飞.１.２-３",
    ],
)
def test_what_we_did_not_make_is_not_read(order, spoil):
    text = spoil(references.reference_of(order))

    assert references.read(text, out_trade_no=NUMBER) is None


def test_the_reference_of_another_order_is_not_read(order):
    text = references.reference_of(order)

    assert references.read(text, out_trade_no=f"{NUMBER[:-1]}1") is None


def test_another_shop_of_the_same_merchant_is_not_read(order, settings):
    text = references.reference_of(order)
    settings.SECRET_KEY = "that of a test site" * 3

    assert references.read(text, out_trade_no=NUMBER) is None


def test_an_order_of_many_courses_has_none(order):
    course = order.order_courses.first().course
    order.lines = [OrderDetail(course=course, real_price=Decimal("9999.99")) for _ in range(20)]

    assert references.reference_of(order) == ""


def test_a_lost_order_is_made_again_once(order):
    proved = payment(order)
    lines = list(order.order_courses.values_list("course_id", "real_price"))
    user_id = order.user_id
    Order.objects.all().delete()

    recreation.recreate(proved)
    recreation.recreate(proved)

    again = Order.objects.get()
    assert (again.out_trade_no, again.user_id, again.trade_count) == (NUMBER, user_id, 2)
    assert list(again.order_courses.values_list("course_id", "real_price")) == lines
    assert again.subject.endswith("等 2 门课程")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"total_amount": Decimal("99.00")}, "实付金额"), ({"reference": ""}, "没有保存")],
)
def test_a_trade_that_says_something_else_makes_no_order(order, changes, reason):
    proved = payment(order, **changes)
    Order.objects.all().delete()

    with pytest.raises(OrderNotRecreated, match=reason):
        recreation.recreate(proved)

    assert not Order.objects.exists()
