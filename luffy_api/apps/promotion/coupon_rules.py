"""Rules of coupons that their form and their import have in common."""

from luffy_api.apps.promotion.models import Coupon

# What a student was promised with a coupon stays so.
PROMISED = ("kind", "value", "threshold", "stacking")
PROMISED_SENTENCE = "已有学员领取，不能再改：可以隐藏它，另建一种"
# The field that says more about a scope.
SCOPE_FIELDS = {
    Coupon.Scope.COURSE_TYPE: "course_type",
    Coupon.Scope.KIND: "course_kind",
    Coupon.Scope.CATEGORY: "categories",
    Coupon.Scope.COURSE: "courses",
}


def value_fits(coupon: Coupon) -> bool:
    """Whether the value is one of its kind, as the constraint `coupon_value_fits_kind` has it."""
    match coupon.kind:
        case Coupon.Kind.RATE:
            return 0 < coupon.value < 1
        case Coupon.Kind.THRESHOLD:
            return 0 < coupon.value < coupon.threshold
    return coupon.value > 0
