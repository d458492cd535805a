"""The back office of coupons, codes, packages and memberships."""

from luffy_api.apps.promotion.admin import codes, coupons, memberships, packages, records

__all__ = ["codes", "coupons", "memberships", "packages", "records"]
