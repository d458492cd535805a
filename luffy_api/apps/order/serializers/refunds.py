"""Refunds on the wire: amounts as texts with two decimals (yuan), times in ISO 8601."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.common.fields import IdField, ReadableField


class RefundRequestSerializer(serializers.Serializer[Any]):
    """Why the student wants money back, and of which course; without one, of the whole order."""

    reason = ReadableField(max_length=200)
    course = IdField(required=False, allow_null=True)


class WithdrawalQuery(serializers.Serializer[Any]):
    """Which request is withdrawn: that of one course, or every one that waits."""

    course = IdField(required=False)


class RefundSerializer(serializers.ModelSerializer[Refund]):
    """A refund as its student sees it; `course` is null when it is about no single course."""

    state = serializers.ChoiceField(RefundStatus.choices, source="status", read_only=True)
    state_name = serializers.CharField(source="get_status_display", read_only=True)
    course = serializers.IntegerField(source="course_id", read_only=True, allow_null=True)
    finished_time = serializers.DateTimeField(source="ended_at", read_only=True, allow_null=True)

    class Meta:
        model = Refund
        fields = [
            "id",
            "amount",
            "state",
            "state_name",
            "reason",
            "answer",
            "course",
            "created_time",
            "finished_time",
        ]
        read_only_fields = fields


class MyRefundSerializer(RefundSerializer):
    """A refund in the list of all of them, with the order that it belongs to."""

    out_trade_no = serializers.CharField(source="order.out_trade_no", read_only=True)
    subject = serializers.CharField(source="order.subject", read_only=True)

    class Meta(RefundSerializer.Meta):
        fields = [*RefundSerializer.Meta.fields, "out_trade_no", "subject"]
        read_only_fields = fields


class RefundOptionSerializer(serializers.Serializer[Any]):
    """What would go back now, and why it may not be asked for (empty when it may).

    `note` says what is taken off the unused days of a membership, and is empty otherwise.
    """

    amount = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    allowed = serializers.BooleanField(read_only=True)
    why = serializers.CharField(read_only=True)
    note = serializers.CharField(read_only=True)


class RefundLineSerializer(RefundOptionSerializer):
    """The same for one course of the order."""

    course = serializers.IntegerField(read_only=True)


class RefundOptionsSerializer(serializers.Serializer[Any]):
    """The school's rule, and what it allows for an order at this moment."""

    days = serializers.IntegerField(read_only=True)
    watched_percent = serializers.IntegerField(read_only=True)
    lines = RefundLineSerializer(many=True, read_only=True)
    whole = RefundOptionSerializer(read_only=True)
