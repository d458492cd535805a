"""The back office of coupons and codes."""

from luffy_api.apps.promotion.admin import codes, coupons, records

__all__ = ["codes", "coupons", "records"]
