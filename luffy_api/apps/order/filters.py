"""Filters of 我的订单 that a client may ask for."""

from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.filters import ChoiceFilter, IdFilter, StrictFilterSet


class OrderFilterSet(StrictFilterSet):
    """`order_status`, and `course`: orders that contain the course of this id."""

    order_status = ChoiceFilter(choices=OrderStatus.choices)
    course = IdFilter(field_name="order_courses__course_id")
