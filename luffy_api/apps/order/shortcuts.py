"""Shortcuts for students who buy and for providers that notify; see `common.shortcuts`."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse

from luffy_api.apps.order import checkout, selectors
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import cashier
from luffy_api.apps.order.payment.cashier import Choice, Device
from luffy_api.apps.order.serializers.orders import ONLINE
from luffy_api.apps.order.serializers.representations import represent
from luffy_api.apps.order.views.devices import choice_of
from luffy_api.apps.order.views.orders import to_pay
from luffy_api.apps.order.views.payments import answer_alipay
from luffy_api.apps.order.views.wechat import answer_wechat
from luffy_api.apps.user import tokens
from luffy_api.apps.user.exceptions import InvalidToken
from luffy_api.common import direct_answers, rate_limits, shortcuts

ORDER = r"/api/v1/order/"
MAX_BODY = 4096
TOTAL = re.compile(r"\d{1,8}\.\d\d", re.ASCII)
KEY = re.compile(r"[!-~]{0,64}")
MAX_ID = 2**63 - 1
FIELDS = frozenset({"subject", "total_amount", "courses", "pay_type", "device"})
# What each field of an ordinary cart is; `PlaceOrderSerializer` takes more forms of the same.
CHECKS: dict[str, Callable[[Any], bool]] = {
    "subject": lambda text: type(text) is str and len(text) <= 200 and "\0" not in text,
    "total_amount": lambda text: type(text) is str and TOTAL.fullmatch(text) is not None,
    "courses": lambda ids: (
        type(ids) is list
        and 0 < len(ids) <= checkout.MAX_COURSES
        and all(type(each) is int and 0 < each <= MAX_ID for each in ids)
    ),
    "pay_type": lambda number: type(number) is int and number in dict(ONLINE),
    "device": lambda name: type(name) is str and name in Device.values,
}


def register() -> None:
    """For the addresses of urls.py."""
    shortcuts.register("POST", ORDER + "pay/", place)
    for path, answer in {"success/": answer_alipay, "wechat/notify/": answer_wechat}.items():
        direct_answers.register("POST", ORDER + path, answer)
        # For servers without what stands before Django, such as Django's own.
        shortcuts.register("POST", ORDER + path, _notified(answer))


def place(request: HttpRequest, path: re.Match[str]) -> HttpResponse | None:
    """None for an unusual form of a cart, without a usable token, and beyond the limit."""
    data, key, token = _cart(request), _key(request), shortcuts.token_of(request)
    if data is None or key is None or token is None or not shortcuts.is_ordinary(request):
        return None
    try:
        user_id = tokens.verify(token).user.pk
    except (InvalidToken, Error):
        return None
    if rate_limits.count("request", rate_limits.ACCOUNT, user_id):
        return None
    try:
        return _place(data, user_id=user_id, key=key, choice=choice_of(request, data))
    except Exception as error:  # whatever a view would hand to the same place
        return shortcuts.failure(error)


def _place(data: dict[str, Any], *, user_id: int, key: str, choice: Choice) -> HttpResponse:
    """What `OrderViewSet.place` does."""
    cashier.require_offered(choice)
    order = checkout.place_order(
        user_id=user_id,
        course_ids=data["courses"],
        total_amount=Decimal(data["total_amount"]),
        key=key,
        pay_type=choice.pay_type,
        pay_method=choice.method,
    )
    order = selectors.with_lines(order)
    way = cashier.open_cashier(order, choice)
    return shortcuts.envelope(represent(order), status=201, **to_pay(order, way))


def _notified(
    answer: direct_answers.Answer,
) -> Callable[[HttpRequest, re.Match[str]], HttpResponse]:
    def notified(request: HttpRequest, path: re.Match[str]) -> HttpResponse:
        try:
            return answer(request.META, lambda: request.body).response()
        except Exception as error:
            return shortcuts.failure(error)

    return notified


def _cart(request: HttpRequest) -> dict[str, Any] | None:
    body = shortcuts.json_object(request, limit=MAX_BODY)
    if body is None or not {"total_amount", "courses"} <= body.keys() <= FIELDS:
        return None
    if not all(CHECKS[name](value) for name, value in body.items()):
        return None
    return {"pay_type": PayType.ALIPAY, **body}


def _key(request: HttpRequest) -> str | None:
    key: str = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    return key if KEY.fullmatch(key) else None
