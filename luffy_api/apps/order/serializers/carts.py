"""The cart on the wire: amounts as texts with two decimals (yuan)."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.order.cart import ItemState
from luffy_api.common.fields import IdField


class CartItemSerializer(serializers.Serializer[Any]):
    """A course of the cart. `real_price` is null when it is not sold.

    `out_trade_no` is an order of it that can be paid (`pending`), or whose money came by hand and
    is being checked (`checking`), else null.

    `vip_price` is what a member pays, null if that is not less than what everybody pays; for a
    member `real_price` is the same. `price_seen` is what it cost when it was put there.
    `member_free`: the student need not buy it, since a membership opens it while that lasts.
    """

    id = serializers.IntegerField(source="course.pk", read_only=True)
    name = serializers.CharField(source="course.name", read_only=True)
    course_img = serializers.ImageField(source="course.course_img", read_only=True)
    price = serializers.DecimalField(
        source="course.price", max_digits=10, decimal_places=2, read_only=True
    )
    price_seen = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    real_price = serializers.DecimalField(
        max_digits=10, decimal_places=2, read_only=True, allow_null=True
    )
    vip_price = serializers.DecimalField(
        max_digits=10, decimal_places=2, read_only=True, allow_null=True
    )
    study_months = serializers.IntegerField(
        source="course.study_months", read_only=True, allow_null=True
    )
    state = serializers.ChoiceField(ItemState.choices, read_only=True)
    state_name = serializers.CharField(source="state.label", read_only=True)
    out_trade_no = serializers.CharField(read_only=True, allow_null=True)
    member_free = serializers.BooleanField(read_only=True)


class CartCourseSerializer(serializers.Serializer[Any]):
    """The course that is put into the cart."""

    course = IdField()
