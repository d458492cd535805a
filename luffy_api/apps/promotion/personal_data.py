"""Coupons and memberships in the export of a student's personal data."""

from typing import Any

from luffy_api.apps.promotion import selectors
from luffy_api.apps.promotion.membership import own


def coupons(user_id: int) -> list[dict[str, Any]]:
    """Every coupon, the newest first. One query."""
    return [
        {
            "name": claim.coupon.name,
            "claimed": claim.created_time,
            "ends": claim.coupon.ends_at,
            "used": claim.live_state is not None,
        }
        for claim in selectors.my_claims(user_id=user_id)
    ]


def memberships(user_id: int) -> list[dict[str, Any]]:
    """Everything that was bought, the newest first. One query."""
    return [
        {
            "name": period.name,
            "order": period.reference,
            "price": f"{period.price:.2f}",
            "days": period.days,
            "starts": period.starts_at,
            "ends": period.ends_at,
            "refunded": period.ended_at,
        }
        for period in own.membership(user_id).periods
    ]
