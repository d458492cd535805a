"""GET order/success/: the status that the pay-success page polls."""

import pytest
from django.utils import timezone

from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import OrderFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/order/success/"


def get(client, number):
    return client.get(URL, {"out_trade_no": number})


@pytest.fixture
def order():
    return OrderFactory()


def paid(order) -> None:
    Order.objects.update(order_status=OrderStatus.PAID, pay_time=timezone.now(), trade_no="1")


def test_not_paid_yet_is_code_101(order):
    response = get(logged_in(order.user), order.out_trade_no)

    assert response.status_code == 200
    assert response.json()["code"] == 101
    assert response.json()["msg"] == "暂未收到您的付款,请稍后刷新再试"


def test_paid_is_code_100_with_the_order_for_its_owner(order):
    paid(order)

    body = get(logged_in(order.user), order.out_trade_no).json()

    assert body["code"] == 100
    assert body["data"]["order"]["out_trade_no"] == order.out_trade_no
    assert body["data"]["order"]["trade_no"] == "1"
    assert len(body["data"]["order"]["courses"]) == 1


@pytest.mark.parametrize("stranger", [True, False])
def test_others_learn_whether_it_is_paid_and_nothing_else(api, order, stranger):
    paid(order)
    client = logged_in(UserFactory()) if stranger else api

    body = get(client, order.out_trade_no).json()

    assert body["code"] == 100
    assert body["data"] == {
        "out_trade_no": order.out_trade_no,
        "order_status": 1,
        "order_status_name": "已支付",
        "order": None,
    }


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (OrderStatus.REFUNDED, 102, "这笔订单已退款，款项已原路退回"),
        (OrderStatus.CANCELLED, 103, "订单已取消，如需购买请重新下单"),
        (OrderStatus.EXPIRED, 104, "订单超时未支付，已自动关闭，请重新下单"),
    ],
)
def test_every_other_state_has_a_code_and_a_sentence_of_its_own(api, order, status, code, sentence):
    Order.objects.update(order_status=status, pay_time=timezone.now())

    response = get(api, order.out_trade_no)

    body = response.json()
    assert (response.status_code, body["code"], body["msg"]) == (200, code, sentence)
    assert body["data"]["order_status"] == status


def test_an_unknown_number_is_not_found(api):
    assert get(api, "01JABCDEFGHJKMNPQRSTVWXYZ0").status_code == 404


@pytest.mark.parametrize("number", ["", "' OR 1=1", "x" * 65, "数", "a\0"])
def test_an_invalid_number_is_refused(api, number):
    assert get(api, number).status_code == 400


def test_the_number_is_required(api):
    response = api.get(URL)

    assert response.status_code == 400
    assert "out_trade_no" in response.json()["errors"]


def test_signed_return_parameters_prove_nothing(api, alipay, order):
    fields = alipay(order)

    response = api.get(URL, fields)

    assert response.json()["code"] == 101


def test_the_number_of_queries_for_a_settled_order(order, django_assert_num_queries):
    paid(order)
    Order.objects.update(next_query_at=None)
    client = logged_in(order.user)

    with django_assert_num_queries(4):  # token, order, lines, refunds
        get(client, order.out_trade_no)


def test_the_number_of_queries_with_a_gateway_query(order, django_assert_num_queries):
    client = logged_in(order.user)
    get(client, order.out_trade_no)  # the day's counter is there now
    Order.objects.update(queried_at=None)

    with django_assert_num_queries(7):  # the rate limit, the counter, whether it can be paid on top
        get(client, order.out_trade_no)
