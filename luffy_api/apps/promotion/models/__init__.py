"""Coupons and typed codes, and packages."""

from luffy_api.apps.promotion.models.coupons import (
    MAX_PER_STUDENT,
    Claim,
    CodeBatch,
    Coupon,
    CouponQuerySet,
    RedeemCode,
    Redemption,
)
from luffy_api.apps.promotion.models.packages import Package, PackageQuerySet

__all__ = [
    "MAX_PER_STUDENT",
    "Claim",
    "CodeBatch",
    "Coupon",
    "CouponQuerySet",
    "Package",
    "PackageQuerySet",
    "RedeemCode",
    "Redemption",
]
