"""A second process of a test's shop: its database, and its index from SEARCH_URL."""

from luffy_api.settings import env
from luffy_api.settings.test import *  # noqa: F403

SEARCH_URL = env.text("SEARCH_URL")
