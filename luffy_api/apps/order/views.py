"""Checkout, payment, 我的订单, and the notification endpoint of Alipay."""

from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.order import cancellation, checkout, selectors, serializers
from luffy_api.apps.order.filters import OrderFilterSet
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import notifications, reconciliation, services
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.codes import Code
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import (
    current_user_id,
    optional_user_id,
    validated,
    validated_query,
)
from luffy_api.common.viewsets import APIViewSet

MAX_NOTIFICATION_BYTES = 64 * 1024
MAX_NOTIFICATION_FIELDS = 100


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="Within a day the same key gets the same order; with another body 409.",
)


class OrderViewSet(APIViewSet):
    """Checkout, and the orders of the student who is logged in."""

    serializer_class = serializers.OrderSerializer
    lookup_field = "out_trade_no"
    queryset = Order.objects.none()  # for the API schema; selectors choose the rows
    filter_backends = [StrictFilterBackend]
    filterset_class = OrderFilterSet
    envelope_extra = {
        "place": serializers.PayUrlSerializer,
        "pay_again": serializers.PayUrlSerializer,
    }

    @extend_schema(
        operation_id="order_place",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.PlaceOrderSerializer,
        responses={201: serializers.OrderSerializer},
    )
    def place(self, request: Request) -> APIResponse:
        """Place an order, or get the open one for the same courses, with its pay URL."""
        data = validated(serializers.PlaceOrderSerializer, request)
        order = checkout.place_order(
            user_id=current_user_id(request),
            course_ids=data["courses"],
            total_amount=data["total_amount"],
            key=_idempotency_key(request),
        )
        return self._to_cashier(selectors.with_lines(order), status=201)

    @extend_schema(request=None, responses=serializers.OrderSerializer)
    def pay_again(self, request: Request, out_trade_no: str) -> APIResponse:
        """A new pay URL for an unpaid order."""
        order = selectors.my_order(user_id=current_user_id(request), out_trade_no=out_trade_no)
        checkout.require_not_owned(order)
        return self._to_cashier(order)

    @extend_schema(request=None, responses=serializers.OrderSerializer)
    def cancel(self, request: Request, out_trade_no: str) -> APIResponse:
        """Cancel an unpaid order."""
        order = cancellation.cancel(user_id=current_user_id(request), out_trade_no=out_trade_no)
        return APIResponse(self.get_serializer(order).data, msg="订单已取消")

    @extend_schema(responses=serializers.OrderSerializer(many=True))
    def list(self, request: Request) -> Response:
        """我的订单, the newest first."""
        orders = selectors.my_orders(user_id=current_user_id(request))
        page = self.paginate_queryset(self.filter_queryset(orders))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=serializers.OrderSerializer)
    def retrieve(self, request: Request, out_trade_no: str) -> APIResponse:
        """One of my orders."""
        order = selectors.my_order(user_id=current_user_id(request), out_trade_no=out_trade_no)
        return APIResponse(self.get_serializer(order).data)

    def _to_cashier(self, order: Order, *, status: int = 200) -> APIResponse:
        return APIResponse(
            self.get_serializer(order).data,
            status=status,
            pay_url=services.pay_url(order),
            out_trade_no=order.out_trade_no,
        )


class PaymentViewSet(viewsets.ViewSet):
    """The status that the pay-success page polls, and the endpoint that Alipay posts to."""

    permission_classes = [AllowAny]
    reads_chunks = True  # see _body

    def get_authenticators(self) -> list[Any]:
        """None for a notification: it is authenticated by its signature alone."""
        posted = self.request is not None and self.request.method == "POST"
        return [] if posted else super().get_authenticators()

    def get_throttles(self) -> list[Any]:
        """None for a notification: a throttled one would be a payment not recorded."""
        posted = self.request is not None and self.request.method == "POST"
        return [] if posted else super().get_throttles()

    @extend_schema(
        parameters=[serializers.OutTradeNoQuery], responses=serializers.PaymentStatusSerializer
    )
    def status(self, request: Request) -> APIResponse:
        """Code 100 when the order is paid, 101 when no payment has arrived yet."""
        query = validated_query(serializers.OutTradeNoQuery, request)
        order = selectors.any_order(out_trade_no=query["out_trade_no"])
        if reconciliation.query_for_status_page(order):
            order = selectors.any_order(out_trade_no=order.out_trade_no)
        context = {"user_id": optional_user_id(request)}
        data = serializers.PaymentStatusSerializer(order, context=context).data
        if order.order_status == OrderStatus.PAID:
            return APIResponse(data)
        return APIResponse(data, code=Code.NOT_YET, msg="暂未收到您的付款,请稍后刷新再试")

    @extend_schema(exclude=True)
    def notify(self, request: Request) -> HttpResponse:
        """Alipay's notification; exactly `success` or `failed`, as its manual demands."""
        raw = _body(request._request)
        if raw is None:
            return HttpResponse("failed", content_type="text/plain")
        body = raw.decode("utf-8", errors="replace")
        accepted = notifications.receive_notification(_fields(body), body=body)
        return HttpResponse("success" if accepted else "failed", content_type="text/plain")


def _body(request: HttpRequest) -> bytes | None:
    """The bytes of a notification; None for more than MAX_NOTIFICATION_BYTES."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.META.get("HTTP_TRANSFER_ENCODING") and request.META.get("wsgi.input_terminated"):
        # A proxy may send the body in chunks, without a length, which Django takes for none at all;
        # the server marks the end of such a stream.
        raw: bytes = request.META["wsgi.input"].read(MAX_NOTIFICATION_BYTES + 1)
    elif length.isdigit() and int(length) <= MAX_NOTIFICATION_BYTES:
        raw = request.body
    else:
        return None
    return raw if len(raw) <= MAX_NOTIFICATION_BYTES else None


def _idempotency_key(request: Request) -> str:
    header = {"key": request.headers.get("Idempotency-Key", "")}
    serializer = serializers.IdempotencyKeySerializer(data=header)
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["key"])


def _fields(body: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_NOTIFICATION_FIELDS)
    except ValueError:
        return []
