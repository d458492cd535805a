"""发起退款 in the back office: what the form takes, and that it refunds once."""

from decimal import Decimal

import pytest

from luffy_api.apps.order.models import Refund
from luffy_api.tests.back_office import log_of, said
from luffy_api.tests.back_office_refunds import start, start_form, start_url
from luffy_api.tests.refunding import courses_of, paid_again, sold

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_finance_starts_a_refund_of_the_rest(finance, order, fake_alipay):
    answer = start(finance, order)

    refund = Refund.objects.get()
    assert said(answer) == "已退款"
    assert (refund.amount, refund.origin, refund.decided_by.username) == (99, "staff", "caiwu")
    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("99.00")
    expected = f"发起退款 99.00 元，{refund.out_request_no}：讲师停课"
    assert log_of(refund) == log_of(order) == [expected]


def test_finance_starts_a_refund_of_one_course(finance, order):
    course = order.order_courses.get(real_price="30.00").course_id

    start(finance, order, target=f"course:{course}")

    assert (Refund.objects.get().amount, Refund.objects.get().course_id) == (30, course)
    assert len(courses_of(order.user)) == 1


def test_finance_starts_a_refund_of_an_amount(finance, order):
    start(finance, order, amount="12.34")

    assert Refund.objects.get().amount == Decimal("12.34")
    assert len(courses_of(order.user)) == 2


def test_finance_refunds_a_second_payment_and_takes_nothing_away(finance, order, fake_alipay):
    second = paid_again(fake_alipay, order)

    start(finance, order, target=f"payment:{second.pk}")

    assert Refund.objects.get().payment == second
    assert len(courses_of(order.user)) == 2


def test_a_double_click_refunds_once(finance, order, fake_alipay):
    form = {**start_form(finance, order), "amount": "10.00"}

    answers = [finance.post(start_url(order), form, follow=True) for _ in range(2)]

    assert said(answers[1]) == "这笔退款已经发起过，没有再退一次"
    assert Refund.objects.get().amount == 10
    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("10.00")


NO_REFUNDS = [
    {"target": "payment:999999"},
    {"target": "course:999999"},
    {"target": "x"},
    {"target": ""},
    {"amount": "0"},
    {"amount": "-1"},
    {"amount": "1.005"},
    {"amount": "NaN"},
    {"amount": "1e400"},
    {"reason": ""},
    {"reason": "长" * 201},
    {"request_no": ""},
    {"request_no": "<b>"},
]


def test_what_is_no_refund_is_refused_by_the_form(finance, order):
    for changes in NO_REFUNDS:
        answer = start(finance, order, **changes)

        assert answer.context["form"].errors, changes
        assert not Refund.objects.exists(), changes


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "99.01"}, "最多可退 99.00 元"),
        ({"amount": "1", "target": "course"}, "只能选一个"),
    ],
)
def test_what_the_service_refuses_is_said_and_logged(finance, order, changes, sentence):
    if changes.get("target"):
        changes = {**changes, "target": f"course:{order.order_courses.first().course_id}"}

    answer = start(finance, order, **changes)

    assert sentence in said(answer)
    assert not Refund.objects.exists()
    [entry] = log_of(order)
    assert entry.startswith("发起退款，未成功：")


def test_another_orders_payment_is_no_target(finance, order, fake_alipay):
    other = sold(fake_alipay, "10.00")

    answer = start(finance, order, target=f"payment:{other.payments.get().pk}")

    assert answer.context["form"].errors["target"]
    assert not Refund.objects.exists()
