"""Refunds that students ask for."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.order import selectors
from luffy_api.apps.order.models import Refund
from luffy_api.apps.order.serializers import refunds as serializers
from luffy_api.common.validation import current_user_id
from luffy_api.common.viewsets import APIViewSet


class RefundViewSet(APIViewSet):
    """The refunds of the student who is logged in."""

    serializer_class = serializers.MyRefundSerializer
    queryset = Refund.objects.none()  # for the API schema; selectors choose the rows

    @extend_schema(responses=serializers.MyRefundSerializer(many=True))
    def list(self, request: Request) -> Response:
        """My refunds, the newest first."""
        page = self.paginate_queryset(selectors.my_refunds(user_id=current_user_id(request)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
