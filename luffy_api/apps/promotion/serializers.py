"""What the promotion app sends: yuan as texts with two decimals, times in ISO 8601."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from luffy_api.apps.promotion import coupon_targets, selectors, wording
from luffy_api.apps.promotion.models import Claim, Coupon, MembershipPeriod, MembershipTerm
from luffy_api.common.fields import IdField

HELD = ("held", "订单待付款")
WAITING = [HELD, ("closing", "订单已取消，付款链接失效后退回")]
MAX_COURSES = 20
STATES = [
    *(("usable", "可使用"), ("upcoming", "未到使用时间")),
    *(("used", "已使用"), ("expired", "已过期")),
]


class CouponTargetSerializer(serializers.Serializer[Any]):
    """A course, or a category, that a coupon is for."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)


class CouponSerializer(serializers.ModelSerializer[Coupon]):
    """A kind of coupon. `offer`, `condition` and `range` say in words what it does.

    `targets` are courses for the scope 4 and categories for 3: the first five that students see of
    `target_count`; empty for the other scopes. The context has `targets`, of `coupon_targets.load`.
    """

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    offer = serializers.SerializerMethodField()
    condition = serializers.SerializerMethodField()
    range = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()
    target_count = serializers.SerializerMethodField()
    stacking_name = serializers.CharField(source="get_stacking_display", read_only=True)

    class Meta:
        model = Coupon
        fields = [
            *("id", "name", "kind", "kind_name", "value", "threshold"),
            *("offer", "condition", "scope", "range", "targets", "target_count"),
            *("stacking", "stacking_name", "starts_at", "ends_at"),
        ]
        read_only_fields = fields

    def get_offer(self, coupon: Coupon) -> str:
        """减 20 元, 8 折."""
        return wording.offer(coupon)

    def get_condition(self, coupon: Coupon) -> str:
        """满 100 元可用."""
        return wording.condition(coupon)

    def get_range(self, coupon: Coupon) -> str:
        """For which courses."""
        return wording.scope(coupon)

    @extend_schema_field(CouponTargetSerializer(many=True))
    def get_targets(self, coupon: Coupon) -> list[dict[str, Any]]:
        """The first of them, in display order."""
        found = self.context["targets"].get(coupon.pk, coupon_targets.NONE)
        return [{"id": each.id, "name": each.name} for each in found.named]

    def get_target_count(self, coupon: Coupon) -> int:
        """How many there are in all."""
        found = self.context["targets"].get(coupon.pk, coupon_targets.NONE)
        return int(found.count)


class OfferedCouponSerializer(CouponSerializer):
    """One that may be taken now; `mine` are those that the student has taken of it."""

    mine = serializers.IntegerField(read_only=True, min_value=0)
    can_claim = serializers.SerializerMethodField()

    class Meta(CouponSerializer.Meta):
        fields = [*CouponSerializer.Meta.fields, "mine", "per_student", "can_claim"]
        read_only_fields = fields

    def get_can_claim(self, coupon: selectors.OfferedCoupon) -> bool:
        """Whether the student may take one more."""
        return coupon.mine < coupon.per_student


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """A coupon that a student has; `id` is what an order is placed with."""

    coupon = CouponSerializer(read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Claim
        fields = ["id", "coupon", "state", "created_time"]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField([*STATES, *WAITING]))
    def get_state(self, claim: selectors.ListedClaim) -> str:
        """Also `held`: an order that is not paid has it; `closing`: one that was closed has it.

        The latter may still be paid for a while; then the coupon comes back.
        """
        return wording.state(claim, claim.live_state)


class MyCouponsQuery(serializers.Serializer[Any]):
    """Without `state` all."""

    state = serializers.ChoiceField([*STATES, HELD], required=False)
    page = serializers.IntegerField(required=False)
    page_size = serializers.IntegerField(required=False)


class CourseQuery(serializers.Serializer[Any]):
    """Whose coupons."""

    course = IdField()


class ClaimRequestSerializer(serializers.Serializer[Any]):
    """The coupon that is taken."""

    coupon = IdField()


class RedeemSerializer(serializers.Serializer[Any]):
    """A code as it was typed."""

    code = serializers.CharField(max_length=40)


class QuoteRequestSerializer(serializers.Serializer[Any]):
    """The courses of a cart."""

    courses = serializers.ListField(child=IdField(), allow_empty=False, max_length=MAX_COURSES)


class QuoteSerializer(serializers.Serializer[Any]):
    """What one of my coupons does for the cart; `why` it does nothing, else blank."""

    id = serializers.IntegerField(source="claim.pk", read_only=True)
    coupon = CouponSerializer(source="claim.coupon", read_only=True)
    amount = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    total_amount = serializers.DecimalField(
        source="total", max_digits=10, decimal_places=2, read_only=True
    )
    why = serializers.CharField(source="quote.why", read_only=True)


class RedeemedCourseSerializer(serializers.Serializer[Any]):
    """A course that a code has opened."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)


class RedeemedSerializer(serializers.Serializer[Any]):
    """What a code has brought: one of the two, the other is null."""

    coupon = CouponSerializer(source="claim.coupon", read_only=True, allow_null=True, default=None)
    course = RedeemedCourseSerializer(read_only=True, allow_null=True)


class PackagesQuery(serializers.Serializer[Any]):
    """Without `course` all."""

    course = IdField(required=False)


class PackageCourseSerializer(serializers.Serializer[Any]):
    """A course of a package: list price, what it costs me alone now, and its share of the package.

    Members pay their own price for it where that is less than the share of everybody: then
    `vip_amount` is how much less, else 0.00.
    """

    id = serializers.IntegerField(source="sold.course.pk", read_only=True)
    name = serializers.CharField(source="sold.course.name", read_only=True)
    course_img = serializers.ImageField(source="sold.course.course_img", read_only=True)
    price = serializers.DecimalField(
        source="sold.course.price", max_digits=10, decimal_places=2, read_only=True
    )
    real_price = serializers.DecimalField(
        source="sold.offer.real_price", max_digits=10, decimal_places=2, read_only=True
    )
    share = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    vip_amount = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    study_months = serializers.IntegerField(
        source="sold.course.study_months", read_only=True, allow_null=True
    )


class StageCourseSerializer(serializers.Serializer[Any]):
    """A course of a stage: the number of its sections, and the length of its videos in seconds."""

    id = serializers.IntegerField(read_only=True)
    sections = serializers.IntegerField(read_only=True)
    length = serializers.IntegerField(read_only=True)


class StageSerializer(serializers.Serializer[Any]):
    """A stage of a path; title and text are blank before the first one."""

    title = serializers.CharField(read_only=True)
    brief = serializers.CharField(read_only=True)
    courses = StageCourseSerializer(many=True, read_only=True)


class PackageCardSerializer(serializers.Serializer[Any]):
    """A package in a list, as a visitor may buy it.

    `total_amount` is what all of it costs, and `single_amount` what its courses cost alone now; the
    former is less where `is_cheaper`, and never more. The courses of a path are in its order.
    """

    id = serializers.IntegerField(source="package.pk", read_only=True)
    name = serializers.CharField(source="package.name", read_only=True)
    brief = serializers.CharField(source="package.brief", read_only=True)
    is_path = serializers.BooleanField(source="package.is_path", read_only=True)
    ends_at = serializers.DateTimeField(source="package.ends_at", read_only=True, allow_null=True)
    total_amount = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    single_amount = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    is_cheaper = serializers.BooleanField(read_only=True)
    courses = PackageCourseSerializer(source="lines", many=True, read_only=True)


class PackageSerializer(PackageCardSerializer):
    """A package on its own page: `owned` are the ids of the courses that I have.

    `total_amount` and `single_amount` are then of the others, at the prices that I pay as a member
    or not; `why` says why I cannot buy it now, and is blank if I can. `stages` are those of a path,
    empty of any other package.
    """

    stages = StageSerializer(many=True, read_only=True)

    owned = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    why = serializers.CharField(read_only=True)


class MembershipTermSerializer(serializers.ModelSerializer[MembershipTerm]):
    """A term that is sold: so many calendar months or so many days, the other number is 0."""

    class Meta:
        model = MembershipTerm
        fields = ["id", "name", "brief", "months", "days", "price"]
        read_only_fields = fields


class MembershipOfferSerializer(serializers.Serializer[Any]):
    """The terms in display order, and how many courses of the type VIP they open now."""

    terms = MembershipTermSerializer(many=True, read_only=True)
    course_count = serializers.IntegerField(read_only=True)


class OpenedCourseSerializer(serializers.Serializer[Any]):
    """Whether I have a course by my membership, and by nothing else: it ends with it."""

    only_opened = serializers.BooleanField(read_only=True)


class MembershipPeriodSerializer(serializers.ModelSerializer[MembershipPeriod]):
    """What one order has bought; `ended_at` is when it was refunded, else null."""

    out_trade_no = serializers.CharField(source="reference", read_only=True)

    class Meta:
        model = MembershipPeriod
        fields = [
            *("out_trade_no", "name", "price", "days", "starts_at", "ends_at", "ended_at"),
            "created_time",
        ]
        read_only_fields = fields


class MembershipSerializer(serializers.Serializer[Any]):
    """My membership: `ends_at` is null without one; what was bought of it, the newest first."""

    ends_at = serializers.DateTimeField(read_only=True, allow_null=True)
    periods = MembershipPeriodSerializer(many=True, read_only=True)
