"""退款 in the back office: who may decide, what the pages show, and that money goes back once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from luffy_api.apps.order.models import Order, Refund, RefundStatus
from luffy_api.apps.order.payment import refund_requests
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.tests.back_office import log_of, page
from luffy_api.tests.back_office_refunds import decide, decision_url, start_url
from luffy_api.tests.factories import ProgressFactory, RefundFactory, SectionFactory
from luffy_api.tests.people import staff
from luffy_api.tests.refunding import courses_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(order):
    """The student asks for all of it."""
    return refund_requests.request_refund(
        user_id=order.user_id, out_trade_no=order.out_trade_no, reason="买错了"
    )


def test_finance_agrees_and_the_money_is_back(finance, fake_alipay, refund, order):
    assert decide(finance, refund, "approve", answer="欢迎再来") == "已退款"

    refund.refresh_from_db()
    assert (refund.status, refund.answer) == (RefundStatus.REFUNDED, "欢迎再来")
    assert refund.decided_by.username == "caiwu"
    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("99.00")
    assert courses_of(order.user) == set()
    assert log_of(refund) == ["同意退款：欢迎再来"]


def test_finance_refuses_with_a_text_that_the_student_sees(finance, refund, student_api):
    assert "拒绝" in decide(finance, refund, "reject", answer="已看完大半")

    [row] = student_api.get("/api/v1/order/refund/").json()["data"]["results"]
    assert (row["state_name"], row["answer"]) == ("已拒绝", "已看完大半")
    assert log_of(refund) == ["拒绝退款：已看完大半"]


@pytest.mark.parametrize(
    ("name", "answer"), [("reject", ""), ("reject", " "), ("approve", "长" * 201)]
)
def test_a_form_with_errors_decides_nothing(finance, refund, name, answer):
    page = finance.post(decision_url(refund, name), {"answer": answer})

    assert page.context["form"].errors
    refund.refresh_from_db()
    assert refund.status == RefundStatus.REQUESTED
    assert log_of(refund) == []


def test_the_second_of_two_people_hears_who_was_first(finance, refund, fake_alipay, order):
    other = Client()
    other.force_login(staff(roles.FINANCE))
    decide(other, refund, "reject", answer="不符合规则")

    text = decide(finance, refund, "approve")

    first = Refund.objects.get().decided_by
    assert text == f"{first} 已经处理了这笔退款，现在是“已拒绝”"
    assert log_of(refund) == ["拒绝退款：不符合规则", f"同意退款，未成功：{text}"]
    assert fake_alipay.trades[order.out_trade_no].refunds == {}


def test_what_its_student_has_withdrawn_is_not_decided(finance, refund, order):
    refund_requests.withdraw(user_id=order.user_id, out_trade_no=order.out_trade_no)

    assert decide(finance, refund, "approve") == "学员已经撤回了这笔申请"


def test_a_refusal_of_the_provider_is_shown_with_its_reason(finance, refund, fake_alipay, order):
    fake_alipay.refund(order.out_trade_no)

    text = decide(finance, refund, "approve")

    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    assert text == f"退款失败，支付平台的原因：{refund.gateway_answer}"
    assert refund.gateway_answer


def test_silence_of_the_provider_is_shown_as_under_way(finance, refund, fake_alipay):
    fake_alipay.mode = "error"

    assert "处理中" in decide(finance, refund, "approve")

    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING


def test_a_page_shows_order_progress_payments_refunds_and_messages(
    finance, refund, order, django_assert_max_num_queries
):
    section = SectionFactory(course=order.order_courses.first().course, duration=100)
    ProgressFactory(user=order.user, section=section, position=37)
    other = RefundFactory(
        payment__order__user=order.user, amount="1.00", reason="更早的一笔", refunded=True
    )

    with django_assert_max_num_queries(22):
        answer = finance.get(page(Refund, "change", refund.pk))

    text = answer.content.decode()
    for shown in (order.out_trade_no, order.trade_no, "37%", "更早的一笔", "已入账", "同意退款"):
        assert shown in text
    assert "付款的一部分" in text
    assert "已退 0.00 元，待退 0.00 元" in text
    assert page(Refund, "change", other.pk) in text


def test_the_list_has_counts_by_state_and_the_menu_what_waits(finance, refund):
    RefundFactory(status=RefundStatus.FAILED)
    RefundFactory(refunded=True)

    text = finance.get(page(Refund, "changelist"), {"status": "0"}).content.decode()

    assert all(each in text for each in ("申请中（1）", "失败（1）", "已退款（1）", "处理中（0）"))
    menu = finance.get("/admin/").content.decode()
    assert "退款（申请中 1，失败 1）".encode("unicode-escape").decode() in menu


@pytest.mark.any_database
@pytest.mark.parametrize("status", ["9", "x", "", "0'"])
def test_an_unknown_state_is_no_server_error(finance, refund, status):
    assert finance.get(page(Refund, "changelist"), {"status": status}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_people_and_their_double_clicks_at_once_refund_once(order, refund, fake_alipay):
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        browser.force_login(staff(is_superuser=True))

    def agree(browser):
        try:
            return browser.post(decision_url(refund, "approve"), {"answer": ""}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(agree, browsers)) == {302}

    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("99.00")
    assert len(fake_alipay.trades[order.out_trade_no].refunds) == 1
    assert len(log_of(refund)) == 4


def urls(refund):
    names = ("approve", "reject")
    return [*(decision_url(refund, name) for name in names), start_url(refund.order)]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [roles.OPERATIONS, ""])
def test_nobody_else_moves_money(client, refund, role, method):
    user = staff(role)
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_refund", "view_order", "change_order"])
    )
    client.force_login(User.objects.get(pk=user.pk))

    assert {getattr(client, method)(url, {"answer": "x"}).status_code for url in urls(refund)} == {
        403
    }
    refund.refresh_from_db()
    assert refund.status == RefundStatus.REQUESTED
    text = client.get(page(Refund, "change", refund.pk)).content.decode()
    assert "同意退款" not in text
    assert "发起退款" not in client.get(page(Order, "change", refund.order_id)).content.decode()


def test_without_the_token_of_its_form_nothing_is_decided(refund):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff(roles.FINANCE))

    assert {strict.post(url, {"answer": "x"}).status_code for url in urls(refund)} == {403}


def test_looking_at_the_question_decides_nothing(finance, refund):
    for url in urls(refund):
        assert finance.get(url).status_code == 200
    refund.refresh_from_db()
    assert refund.status == RefundStatus.REQUESTED
    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize("name", ["delete", "_decide"])
def test_an_unknown_decision_is_not_found(finance, name):
    assert finance.get(f"/admin/order/refund/1/decide/{name}/").status_code == 404


@pytest.mark.any_database
def test_texts_of_students_are_shown_as_they_are(finance, order):
    payload = "</script><b>{{ 7*7 }}</b>"
    refund = RefundFactory(payment=order.payments.get(), reason=payload)

    for url in (page(Refund, "change", refund.pk), decision_url(refund, "reject")):
        text = finance.get(url).content.decode()
        assert "<b>{{" not in text
        assert "&lt;b&gt;" in text
