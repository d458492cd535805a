"""Filters of 我的订单, of my invoices and of what can be invoiced that a client may ask for."""

from django_filters import filters

from luffy_api.apps.order.models import InvoiceState
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.filters import ChoiceFilter, IdFilter, StrictFilterSet


class OrderFilterSet(StrictFilterSet):
    """`order_status`, and `course`: orders that contain the course of this id."""

    order_status = ChoiceFilter(choices=OrderStatus.choices)
    course = IdFilter(field_name="order_courses__course_id")


class InvoiceableOrderFilterSet(StrictFilterSet):
    """`order`: the order of this number."""

    order = filters.CharFilter(field_name="out_trade_no", max_length=64)


class InvoiceFilterSet(StrictFilterSet):
    """`state`, and `order`: invoices with the order of this number."""

    state = ChoiceFilter(choices=InvoiceState.choices)
    order = filters.CharFilter(field_name="orders__out_trade_no", max_length=64)
