"""Reads of the home page."""

from luffy_api.apps.home.models import Banner
from luffy_api.common.models import CatalogueQuerySet

MAX_BANNERS = 8


def banners() -> CatalogueQuerySet[Banner]:
    """In their order."""
    return Banner.objects.visible()[:MAX_BANNERS]
