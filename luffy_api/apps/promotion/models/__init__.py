"""Coupons and typed codes, packages, and memberships."""

from luffy_api.apps.promotion.models.coupons import (
    MAX_PER_STUDENT,
    Claim,
    CodeBatch,
    Coupon,
    CouponQuerySet,
    RedeemCode,
    Redemption,
)
from luffy_api.apps.promotion.models.memberships import (
    MembershipPeriod,
    MembershipPeriodQuerySet,
    MembershipTerm,
)
from luffy_api.apps.promotion.models.packages import Package, PackageQuerySet, PackageStep

__all__ = [
    "MAX_PER_STUDENT",
    "Claim",
    "CodeBatch",
    "Coupon",
    "CouponQuerySet",
    "MembershipPeriod",
    "MembershipPeriodQuerySet",
    "MembershipTerm",
    "Package",
    "PackageQuerySet",
    "PackageStep",
    "RedeemCode",
    "Redemption",
]
