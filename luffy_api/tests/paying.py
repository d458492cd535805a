"""Students who pay at the local gateways over real HTTP."""

from luffy_api.apps.order.models import (
    Order,
    PayType,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.factories import CourseFactory

WECHAT, ALIPAY = PayType.WECHAT.value, PayType.ALIPAY.value


def place(api, pay_type=WECHAT, device="desktop", **how):
    course = CourseFactory(name="爬虫实战", price="99.00")
    body = {"courses": [course.pk], "total_amount": "99.00", "pay_type": pay_type}
    body |= {"device": device} if device else {}
    answer = api.post("/api/v1/order/pay/", body, format="json", **how)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def pay_again(api, number, body=None, **how):
    return api.post(f"/api/v1/order/{number}/pay/", body or {}, format="json", **how)


def paid(number: str) -> Order:
    wait_until(lambda: Order.objects.get(out_trade_no=number).order_status == OrderStatus.PAID)
    return Order.objects.get(out_trade_no=number)
