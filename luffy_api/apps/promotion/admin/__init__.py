"""The back office of coupons, codes and packages."""

from luffy_api.apps.promotion.admin import codes, coupons, packages, records

__all__ = ["codes", "coupons", "packages", "records"]
