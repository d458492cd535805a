"""Request rate limits of typed codes; settings/rate_limits.py has their numbers."""

from luffy_api.common.throttling import RateThrottle


class RedeemThrottle(RateThrottle):
    """The endpoint that takes a code for a coupon or a course."""

    scope = "redeem"
