"""发票: applications for invoices, my invoices, and their PDFs."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.order import invoice_selectors, invoices
from luffy_api.apps.order.filters import InvoiceableOrderFilterSet, InvoiceFilterSet
from luffy_api.apps.order.models import Invoice, Order
from luffy_api.apps.order.serializers.invoices import (
    InvoiceableOrderSerializer,
    InvoiceSerializer,
    RequestInvoiceSerializer,
)
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.response import APIResponse, pdf_download
from luffy_api.common.validation import current_user_id, validated
from luffy_api.common.viewsets import APIViewSet


class InvoiceViewSet(APIViewSet):
    """Invoices of the student who is logged in."""

    serializer_class = InvoiceSerializer
    queryset = Invoice.objects.none()  # for the API schema; selectors choose the rows
    filter_backends = [StrictFilterBackend]
    filterset_class = InvoiceFilterSet

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A PDF may be asked for as such; errors are JSON nevertheless."""
        return super().perform_content_negotiation(request, force=force or self.action == "file")

    @extend_schema(request=RequestInvoiceSerializer, responses={201: InvoiceSerializer})
    def create(self, request: Request) -> APIResponse:
        """Ask for an invoice of paid orders; an order can be on one live invoice only."""
        data = validated(RequestInvoiceSerializer, request)
        invoice = invoices.request_invoice(
            user_id=current_user_id(request), out_trade_nos=data.pop("orders"), **data
        )
        shown = self.get_serializer(invoice_selectors.with_lines(invoice)).data
        return APIResponse(shown, msg="发票申请已提交", status=201)

    @extend_schema(responses=InvoiceSerializer(many=True))
    def list(self, request: Request) -> Response:
        """My invoices, the newest first."""
        rows = invoice_selectors.my_invoices(user_id=current_user_id(request))
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def file(self, request: Request, pk: int) -> HttpResponse:
        """The PDF of one of my invoices."""
        file = invoice_selectors.my_invoice_file(user_id=current_user_id(request), invoice_id=pk)
        return pdf_download(file.name, file.content)


class InvoiceableOrderViewSet(APIViewSet):
    """What the student who is logged in can put on an invoice."""

    serializer_class = InvoiceableOrderSerializer
    queryset = Order.objects.none()  # for the API schema; selectors choose the rows
    filter_backends = [StrictFilterBackend]
    filterset_class = InvoiceableOrderFilterSet

    @extend_schema(responses=InvoiceableOrderSerializer(many=True))
    def list(self, request: Request) -> Response:
        """My paid orders that are on no invoice, the newest first."""
        self.filter_queryset(self.get_queryset())  # refuses what is no filter of it
        orders = invoice_selectors.my_invoiceable_orders(
            user_id=current_user_id(request), out_trade_no=request.query_params.get("order", "")
        )
        page = self.paginate_queryset(orders)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
