"""Pictures of banners and topics in the widths in which pages show them."""

from luffy_api.apps.home.models import Banner, Topic
from luffy_api.common.renditions import RenditionMaker

# Pixels: a phone, a dense phone, a dense laptop.
BANNERS = RenditionMaker(Banner, "image_set", widths=(480, 960, 1920))
PHONE_BANNERS = RenditionMaker(Banner, "phone_image_set", widths=(480, 960))
TOPICS = RenditionMaker(Topic, "cover_set", widths=(480, 960, 1920))
MAKERS = (BANNERS, PHONE_BANNERS, TOPICS)
