"""Invoices on the wire."""

import unicodedata
from typing import Any

from rest_framework import serializers

from luffy_api.apps.order import tax_numbers
from luffy_api.apps.order.amounts import OrderWithHeld
from luffy_api.apps.order.invoices import MAX_ORDERS
from luffy_api.apps.order.models import Invoice, InvoiceState, Order

# Unicode's categories of what nobody sees in a title: controls, formats, surrogates, separators.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class RequestInvoiceSerializer(serializers.Serializer[Any]):
    """`orders` are numbers of paid orders; a company gives its `tax_number`, a person none."""

    orders = serializers.ListField(
        child=serializers.RegexField(r"\A[0-9A-Za-z]{1,64}\Z"),
        allow_empty=False,
        max_length=MAX_ORDERS,
    )
    kind = serializers.ChoiceField(Invoice.Kind.choices)
    title = serializers.CharField(min_length=2, max_length=100)
    tax_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254)

    def validate_orders(self, numbers: list[str]) -> list[str]:
        """Refuses a number that comes twice."""
        if len(set(numbers)) < len(numbers):
            raise serializers.ValidationError("同一个订单不能出现两次")
        return numbers

    def validate_title(self, title: str) -> str:
        """Refuses what the tax bureau's form would show as something else, or as nothing."""
        if any(unicodedata.category(character) in INVISIBLE for character in title):
            raise serializers.ValidationError("发票抬头含有无法显示的字符")
        return title

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Normalises the tax number of a company, and refuses that of a person."""
        typed = attrs["tax_number"]
        if attrs["kind"] == Invoice.Kind.PERSONAL:
            if typed:
                raise serializers.ValidationError({"tax_number": "个人发票不需要税号"})
            return attrs
        if not typed:
            raise serializers.ValidationError({"tax_number": "请填写企业的税号"})
        try:
            return {**attrs, "tax_number": tax_numbers.normalize(typed)}
        except tax_numbers.InvalidTaxNumber as error:
            raise serializers.ValidationError({"tax_number": str(error)}) from error


class InvoiceableOrderSerializer(serializers.ModelSerializer[OrderWithHeld]):
    """A paid order that is on no live invoice; `amount` is what an invoice of it would say."""

    amount = serializers.DecimalField(
        source="held", max_digits=12, decimal_places=2, read_only=True
    )

    class Meta:
        model = Order
        fields = ["out_trade_no", "subject", "pay_time", "amount"]
        read_only_fields = fields


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    """An invoice as its owner sees it; `number` is null until it is issued."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    state = serializers.ChoiceField(InvoiceState.choices, read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    orders = serializers.ListField(
        source="out_trade_nos", child=serializers.CharField(), read_only=True
    )
    has_file = serializers.BooleanField(read_only=True)
    issued_time = serializers.DateTimeField(source="issued_at", read_only=True, allow_null=True)
    closed_time = serializers.DateTimeField(source="closed_at", read_only=True, allow_null=True)

    class Meta:
        model = Invoice
        fields = [
            "id",
            "kind",
            "kind_name",
            "title",
            "tax_number",
            "email",
            "amount",
            "state",
            "state_name",
            "number",
            "reason",
            "has_file",
            "orders",
            "created_time",
            "issued_time",
            "closed_time",
        ]
        read_only_fields = fields
