"""Orders on the wire: amounts as texts with two decimals (yuan), times in ISO 8601."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from luffy_api.apps.course.models.courses import MAX_STUDY_MONTHS
from luffy_api.apps.order import memberships, payability, selectors, student_refunds, waiting_money
from luffy_api.apps.order.checkout import MAX_COURSES
from luffy_api.apps.order.models import (
    MembershipLine,
    Order,
    OrderDetail,
    OrderPayment,
    PayMethod,
    PayType,
    RefundStatus,
)
from luffy_api.apps.order.payment.cashier import Device
from luffy_api.apps.order.serializers.refunds import RefundOptionsSerializer, RefundSerializer
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.fields import IdField

# Offline money is recorded by staff; a client chooses a provider.
ONLINE = [(each.value, each.label) for each in (PayType.ALIPAY, PayType.WECHAT)]


class DeviceField(serializers.ChoiceField):
    """Where the student pays; without it the User-Agent of the request decides."""

    def __init__(self) -> None:
        super().__init__(Device.choices, required=False)


class PlaceOrderSerializer(serializers.Serializer[Any]):
    """`total_amount` is what the student saw; `subject` is a hint that the server may ignore.

    `coupon` is the id of one of my coupons, as `coupon/quote/` has it, and `total_amount` then what
    is left to pay. `package` is the id of a package: `courses` are then those of it that I do not
    have, and `total_amount` is that of `promotion/package/{id}/`; coupons do not go with it.
    `membership` is the id of a term of `promotion/membership/`, which is ordered without courses.
    `study_months` are the study periods that the student saw, one for each of `courses`, null for
    one without an end; a shorter one of now is refused. Without them nothing is compared.
    """

    subject = serializers.CharField(max_length=200, required=False, allow_blank=True)
    total_amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0)
    courses = serializers.ListField(
        child=IdField(), allow_empty=False, max_length=MAX_COURSES, required=False
    )
    study_months = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_STUDY_MONTHS, allow_null=True),
        max_length=MAX_COURSES,
        required=False,
    )
    coupon = IdField(required=False, allow_null=True, default=None)
    package = IdField(required=False, allow_null=True, default=None)
    membership = IdField(required=False, allow_null=True, default=None)
    pay_type = serializers.ChoiceField(ONLINE, default=PayType.ALIPAY.value)
    device = DeviceField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Courses may be missing from the order of a membership only."""
        if attrs["membership"] is None and "courses" not in attrs:
            required = self.fields["courses"].error_messages["required"]
            raise serializers.ValidationError({"courses": [required]}, code="required")
        months = attrs.get("study_months")
        if months is not None and len(months) != len(attrs.get("courses", [])):
            raise serializers.ValidationError({"study_months": "须与课程一一对应。"})
        return {"courses": [], **attrs}


class PayAgainSerializer(serializers.Serializer[Any]):
    """Without `pay_type` the order is paid by the provider that was chosen before."""

    pay_type = serializers.ChoiceField(ONLINE, required=False)
    device = DeviceField()


class IdempotencyKeySerializer(serializers.Serializer[Any]):
    """The header of that name: printable ASCII, quotes and all."""

    key = serializers.RegexField(r"\A[!-~]{1,64}\Z", allow_blank=True)


class JsapiSerializer(serializers.Serializer[Any]):
    """The parameters of `WeixinJSBridge.invoke("getBrandWCPayRequest", …)`."""

    appId = serializers.CharField(read_only=True)
    timeStamp = serializers.CharField(read_only=True)
    nonceStr = serializers.CharField(read_only=True)
    package = serializers.CharField(read_only=True)
    signType = serializers.CharField(read_only=True)
    paySign = serializers.CharField(read_only=True)


class CashierSerializer(serializers.Serializer[Any]):
    """Keys beside `data` of an answer that leads to the cashier, by `pay_method`.

    `page`, `wap` and `h5`: the browser goes to `pay_url`. `native`: the page shows `qr_code` as a
    QR code, and `pay_url` is blank. `jsapi`: the page hands `jsapi` to WeChat's bridge; while that
    is null the browser goes to `pay_url` first, and the student pays the order again afterwards.
    """

    pay_method = serializers.ChoiceField(PayMethod.choices, read_only=True)
    pay_url = serializers.CharField(read_only=True)
    qr_code = serializers.CharField(read_only=True, allow_null=True)
    jsapi = JsapiSerializer(read_only=True, allow_null=True)
    out_trade_no = serializers.CharField(read_only=True)


class PaymentMethodSerializer(serializers.Serializer[Any]):
    """A provider that the school has configured, and the devices on which it takes payments."""

    pay_type = serializers.ChoiceField(ONLINE, read_only=True)
    pay_type_name = serializers.CharField(read_only=True)
    devices = serializers.ListField(child=serializers.ChoiceField(Device.choices), read_only=True)


class OAuthReturnQuery(serializers.Serializer[Any]):
    """What WeChat adds to the address that a buyer comes back to."""

    out_trade_no = serializers.RegexField(r"\A[0-9A-Za-z]{1,64}\Z")
    code = serializers.CharField(max_length=512)
    state = serializers.CharField(max_length=128)


class OutTradeNoQuery(serializers.Serializer[Any]):
    """The query of the pay-success page."""

    out_trade_no = serializers.RegexField(r"\A[0-9A-Za-z_-]{1,64}\Z")


class AlipayNotificationSerializer(serializers.Serializer[Any]):
    """What a notification of Alipay carries at least; `libs.alipay_v1` reads and verifies it."""

    app_id = serializers.CharField()
    out_trade_no = serializers.CharField(help_text="The number of the order.")
    trade_no = serializers.CharField(help_text="Alipay's number of the payment.")
    trade_status = serializers.CharField(help_text="TRADE_SUCCESS, TRADE_FINISHED, TRADE_CLOSED …")
    total_amount = serializers.CharField(help_text="Yuan with two decimals.")
    notify_id = serializers.CharField(required=False)
    seller_id = serializers.CharField(required=False)
    sign_type = serializers.CharField(help_text="RSA2")
    sign = serializers.CharField(help_text="Over all other fields but sign_type, sorted by name.")


PRODUCT_TYPES = [("course", "课程"), ("package", "套餐"), ("membership", "会员")]


class OrderCourseSerializer(serializers.ModelSerializer[OrderDetail]):
    """A course of an order, with its prices at checkout.

    `study_months`: for how long it may be studied from the payment on, null for ever.
    `vip_amount` is what its student saved as a member, 0.00 if that was not the price.
    `package` is null, and `package_name` blank, unless it was sold in one: `product_type` and
    `product_id` are then those of the package.
    """

    product_type = serializers.ChoiceField(PRODUCT_TYPES, read_only=True)
    product_id = serializers.IntegerField(read_only=True)

    id = serializers.IntegerField(source="course_id", read_only=True)
    name = serializers.CharField(source="course.name", read_only=True)
    course_img = serializers.ImageField(source="course.course_img", read_only=True)
    package = serializers.IntegerField(source="package_id", read_only=True, allow_null=True)

    class Meta:
        model = OrderDetail
        fields = [
            *("id", "name", "course_img", "price", "real_price", "vip_amount", "coupon_amount"),
            *("package", "package_name", "study_months", "product_type", "product_id"),
        ]
        read_only_fields = fields


class OrderMembershipSerializer(serializers.ModelSerializer[MembershipLine]):
    """The term that an order is for, as it was then: so many months, or so many days."""

    id = serializers.IntegerField(source="term_id", read_only=True)
    product_type = serializers.ChoiceField(PRODUCT_TYPES, read_only=True)
    product_id = serializers.IntegerField(source="term_id", read_only=True)

    class Meta:
        model = MembershipLine
        fields = ["id", "name", "months", "days", "price", "product_type", "product_id"]
        read_only_fields = fields


class PaymentRefusalSerializer(serializers.Serializer[Any]):
    """The code and the sentence with which `pay/` refuses an order now."""

    code = serializers.IntegerField(read_only=True)
    msg = serializers.CharField(source="message", read_only=True)


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order as its owner sees it; `membership` is null unless it is for one, without courses.

    `payment_refusal` is null while the order can be paid: 4002 if its student has a course of it
    meanwhile, 4003 if one is not sold any more, 4005 if it is paid or over, or
    staff check money that came by hand. `can_reorder`: it has ended without a payment, and the same
    can be ordered again.
    """

    order_status_name = serializers.CharField(source="get_order_status_display", read_only=True)
    pay_type_name = serializers.CharField(source="get_pay_type_display", read_only=True)
    courses = OrderCourseSerializer(source="lines", many=True, read_only=True)
    membership = serializers.SerializerMethodField()
    refunded_amount = serializers.SerializerMethodField()
    refunds = RefundSerializer(source="refund_rows", many=True, read_only=True)
    payment_refusal = serializers.SerializerMethodField()
    can_reorder = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "out_trade_no",
            "subject",
            "total_amount",
            "order_status",
            "order_status_name",
            "pay_type",
            "pay_type_name",
            "trade_no",
            "pay_time",
            "created_time",
            "expires_at",
            "coupon_name",
            "coupon_amount",
            "courses",
            "membership",
            "refunded_amount",
            "refunds",
            "payment_refusal",
            "can_reorder",
        ]
        read_only_fields = fields

    @extend_schema_field(OrderMembershipSerializer(allow_null=True))
    def get_membership(self, order: Order) -> Any:
        """The term, or None for courses."""
        line = None if order.lines else memberships.line_of(order)
        return OrderMembershipSerializer(line).data if line else None

    @extend_schema_field(serializers.DecimalField(max_digits=12, decimal_places=2))
    def get_refunded_amount(self, order: Order) -> str:
        """What went back, of every payment."""
        rows = (row for row in order.refund_rows if row.status == RefundStatus.REFUNDED)
        return f"{sum((row.amount for row in rows), Decimal(0)):.2f}"

    @extend_schema_field(PaymentRefusalSerializer(allow_null=True))
    def get_payment_refusal(self, order: Order) -> Any:
        """Why it takes no payment, or None."""
        refusal = payability.with_payability(order).payment_refusal
        return PaymentRefusalSerializer(refusal).data if refusal else None

    def get_can_reorder(self, order: Order) -> bool:
        """Whether it ended without a payment, and the same can be ordered."""
        return payability.with_payability(order).can_reorder


class ListedOrderSerializer(OrderSerializer):
    """An order of the list, as `selectors.my_orders` reads it."""

    awaits_offline_payment = serializers.BooleanField(
        read_only=True, help_text="学校已登记线下付款，正在核对"
    )

    class Meta(OrderSerializer.Meta):
        fields = [*OrderSerializer.Meta.fields, "awaits_offline_payment"]
        read_only_fields = fields


class OrderPaymentSerializer(serializers.ModelSerializer[OrderPayment]):
    """A payment of an order; the one with the order's `trade_no` is its own."""

    pay_type_name = serializers.CharField(source="get_pay_type_display", read_only=True)

    class Meta:
        model = OrderPayment
        fields = ["pay_type", "pay_type_name", "trade_no", "amount", "paid_at"]
        read_only_fields = fields


class OrderDetailSerializer(OrderSerializer):
    """An order on its own page: with its payments, and with what may be asked back now."""

    payments = OrderPaymentSerializer(many=True, read_only=True)
    refund_terms = serializers.SerializerMethodField()
    refund_options = serializers.SerializerMethodField()
    awaits_offline_payment = serializers.SerializerMethodField()

    class Meta(OrderSerializer.Meta):
        fields = [
            *OrderSerializer.Meta.fields,
            "payments",
            "refund_terms",
            "refund_options",
            "awaits_offline_payment",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_refund_terms(self, order: Order) -> int | None:
        """The version of the agreement `refund` that was in force when the order was placed."""
        return selectors.refund_terms(order)

    @extend_schema_field(RefundOptionsSerializer)
    def get_refund_options(self, order: Order) -> Any:
        """The school's rule and what it allows."""
        return RefundOptionsSerializer(student_refunds.options(order)).data

    def get_awaits_offline_payment(self, order: Order) -> bool:
        """Whether staff check money that came by hand."""
        return waiting_money.is_there(order)


class PaymentStatusSerializer(serializers.Serializer[Any]):
    """The answer to the pay-success page; `order` is null for anyone but its owner."""

    out_trade_no = serializers.CharField(read_only=True)
    order_status = serializers.ChoiceField(OrderStatus.choices, read_only=True)
    order_status_name = serializers.CharField(source="get_order_status_display", read_only=True)
    order = serializers.SerializerMethodField()

    @extend_schema_field(OrderSerializer(allow_null=True))
    def get_order(self, order: Order) -> Any:
        """The order, or None when the caller is not its owner."""
        if self.context["user_id"] != order.user_id:
            return None
        return OrderSerializer(order, context=self.context).data
