"""Queries of the home page."""

from luffy_api.apps.home.models import Banner
from luffy_api.common.models import CatalogueQuerySet

MAX_BANNERS = 8


def banners() -> CatalogueQuerySet[Banner]:
    """The visible banners in display order, at most MAX_BANNERS. One query."""
    return Banner.objects.visible()[:MAX_BANNERS]
