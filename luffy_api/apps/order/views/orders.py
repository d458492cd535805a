"""Checkout and 我的订单."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.order import cancellation, checkout, payability, resumption, selectors
from luffy_api.apps.order.filters import OrderFilterSet
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import cashier
from luffy_api.apps.order.payment.interface import Cashier
from luffy_api.apps.order.serializers import orders as serializers
from luffy_api.apps.order.views.devices import choice_of
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user_id, validated
from luffy_api.common.viewsets import APIViewSet

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
        "place": serializers.CashierSerializer,
        "pay_again": serializers.CashierSerializer,
    }

    @extend_schema(
        operation_id="order_place",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.PlaceOrderSerializer,
        responses={201: serializers.OrderSerializer},
    )
    def place(self, request: Request) -> APIResponse:
        """Place an order, or get the open one for the same thing, with its cashier."""
        data = validated(serializers.PlaceOrderSerializer, request)
        choice = choice_of(request, data)
        cashier.require_offered(choice)
        order = checkout.place_order(
            user_id=current_user_id(request),
            course_ids=data["courses"],
            total_amount=data["total_amount"],
            key=_idempotency_key(request),
            pay_type=choice.pay_type,
            pay_method=choice.method,
            claim_id=data["coupon"],
            package_id=data["package"],
            term_id=data["membership"],
            study_months=data.get("study_months"),
        )
        return self._to_cashier(selectors.with_lines(order), choice, status=201)

    @extend_schema(
        request=serializers.PayAgainSerializer,
        responses=serializers.OrderSerializer,
    )
    def pay_again(self, request: Request, out_trade_no: str) -> APIResponse:
        """A cashier for an unpaid order; another `pay_type` closes the trade there first."""
        data = validated(serializers.PayAgainSerializer, request)
        order = resumption.pay_again(user_id=current_user_id(request), out_trade_no=out_trade_no)
        choice = choice_of(request, {"pay_type": order.pay_type, **data})
        return self._to_cashier(order, choice)

    @extend_schema(request=None, responses=serializers.OrderSerializer)
    def cancel(self, request: Request, out_trade_no: str) -> APIResponse:
        """Cancel an unpaid order."""
        order = cancellation.cancel(user_id=current_user_id(request), out_trade_no=out_trade_no)
        return APIResponse(self.get_serializer(order).data, msg="订单已取消")

    @extend_schema(responses=serializers.ListedOrderSerializer(many=True))
    def list(self, request: Request) -> Response:
        """我的订单, the newest first."""
        orders = selectors.my_orders(user_id=current_user_id(request))
        page = self.paginate_queryset(self.filter_queryset(orders))
        payability.load(page or [])
        rows = serializers.ListedOrderSerializer(page, many=True, context={})
        return self.get_paginated_response(rows.data)

    @extend_schema(responses=serializers.OrderDetailSerializer)
    def retrieve(self, request: Request, out_trade_no: str) -> APIResponse:
        """One of my orders, with its payments and what may be asked back."""
        order = selectors.my_order_page(user_id=current_user_id(request), out_trade_no=out_trade_no)
        return APIResponse(serializers.OrderDetailSerializer(order, context={}).data)

    def _to_cashier(
        self, order: Order, choice: cashier.Choice, *, status: int = 200
    ) -> APIResponse:
        way = cashier.open_cashier(order, choice)
        return APIResponse(self.get_serializer(order).data, status=status, **to_pay(order, way))


def to_pay(order: Order, way: Cashier) -> dict[str, Any]:
    """What stands beside the order, as `CashierSerializer` has it."""
    return {
        "pay_method": way.method,
        "pay_url": way.pay_url,
        "qr_code": way.qr_code,
        "jsapi": way.jsapi,
        "out_trade_no": order.out_trade_no,
    }


def _idempotency_key(request: Request) -> str:
    header = {"key": request.headers.get("Idempotency-Key", "")}
    serializer = serializers.IdempotencyKeySerializer(data=header)
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["key"])
