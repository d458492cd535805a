"""Pictures of banners in the widths in which the home page shows them."""

from luffy_api.apps.home.models import Banner
from luffy_api.common.renditions import RenditionMaker

# Pixels: a phone, a dense phone, a dense laptop.
BANNERS = RenditionMaker(Banner, "image_set", widths=(480, 960, 1920))
PHONE_BANNERS = RenditionMaker(Banner, "phone_image_set", widths=(480, 960))
MAKERS = (BANNERS, PHONE_BANNERS)
