"""Refunds that students ask for."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.order import selectors, student_refunds
from luffy_api.apps.order.models import Refund
from luffy_api.apps.order.serializers import refunds as serializers
from luffy_api.apps.order.serializers.orders import OrderDetailSerializer
from luffy_api.common.filters import require_pages_only
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user_id, validated, validated_query
from luffy_api.common.viewsets import APIViewSet


class RefundViewSet(APIViewSet):
    """The refunds of the student who is logged in."""

    serializer_class = serializers.MyRefundSerializer
    lookup_field = "out_trade_no"
    queryset = Refund.objects.none()  # for the API schema; selectors choose the rows

    @extend_schema(responses=serializers.MyRefundSerializer(many=True))
    def list(self, request: Request) -> Response:
        """My refunds, the newest first."""
        require_pages_only(request)
        page = self.paginate_queryset(selectors.my_refunds(user_id=current_user_id(request)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="order_refund_request",
        request=serializers.RefundRequestSerializer,
        responses={201: OrderDetailSerializer},
    )
    def create(self, request: Request, out_trade_no: str) -> APIResponse:
        """Ask for the price of one course of a paid order, or for all that is left of it."""
        data = validated(serializers.RefundRequestSerializer, request)
        student_refunds.request(
            user_id=current_user_id(request),
            out_trade_no=out_trade_no,
            reason=data["reason"],
            course_id=data.get("course"),
        )
        return self._order(request, out_trade_no, msg="退款申请已提交", status=201)

    @extend_schema(
        operation_id="order_refund_withdraw",
        parameters=[serializers.WithdrawalQuery],
        responses={200: OrderDetailSerializer},
    )
    def withdraw(self, request: Request, out_trade_no: str) -> APIResponse:
        """Withdraw the request for one course, or every one of this order that waits."""
        # A mistyped name would withdraw every request.
        require_pages_only(request, known=["course"], paged=False)
        query = validated_query(serializers.WithdrawalQuery, request)
        student_refunds.withdraw(
            user_id=current_user_id(request),
            out_trade_no=out_trade_no,
            course_id=query.get("course"),
        )
        return self._order(request, out_trade_no, msg="退款申请已撤回")

    def _order(
        self, request: Request, out_trade_no: str, *, msg: str, status: int = 200
    ) -> APIResponse:
        order = selectors.my_order_page(user_id=current_user_id(request), out_trade_no=out_trade_no)
        return APIResponse(OrderDetailSerializer(order, context={}).data, msg=msg, status=status)
