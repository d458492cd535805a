"""The back office of payments and the messages about them: read-only."""

from django.contrib import admin
from django.utils.safestring import SafeString

from luffy_api.apps.order.admin.message_table import message_table
from luffy_api.apps.order.models import GatewayCounter, OrderPayment, PaymentEvent
from luffy_api.common.admin import NOTHING, ReadOnlyAdmin


@admin.register(OrderPayment)
class OrderPaymentAdmin(ReadOnlyAdmin):
    """付款: every trade that paid an order."""

    list_display = ["paid_at", "order", "pay_type", "trade_no", "amount", "created_time"]
    list_filter = ["pay_type", "paid_at"]
    list_select_related = ["order"]
    search_fields = ["trade_no", "order__out_trade_no"]


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    """支付消息."""

    list_display = [
        "created_time",
        "source",
        "out_trade_no",
        "trade_no",
        "total_amount",
        "accepted",
        "reason",
    ]
    list_filter = ["accepted", "source", "created_time"]
    search_fields = ["out_trade_no", "trade_no", "reason"]
    fields = [
        "created_time",
        "source",
        "out_trade_no",
        "trade_no",
        "total_amount",
        "accepted",
        "reason",
        "message_fields",
    ]

    @admin.display(description="消息内容")
    def message_fields(self, event: PaymentEvent) -> SafeString | str:
        """Field: what the provider sent or answered; nothing for what has no text."""
        return message_table(event.message) if event.message else NOTHING


@admin.register(GatewayCounter)
class GatewayCounterAdmin(ReadOnlyAdmin):
    """Daily counts of answers: many 未得到可信答复 point to the network or a wrong key."""

    list_display = ["day", "outcome", "count"]
    list_filter = ["outcome", "day"]
