"""The test suite: like development, with its own state folder and nothing that waits."""

import os
import sys
from datetime import timedelta

# What a developer keeps in .env is for the shop, not for its tests.
os.environ["ENV_FILE"] = os.devnull

from luffy_api.settings import env

os.environ["VAR_DIR"] = env.text("TEST_VAR_DIR", str(env.BASE_DIR / "var" / "test"))

from luffy_api.settings.dev import *  # noqa: F403
from luffy_api.settings.dev import ALIPAY, CACHES, DATABASES, HUEY, LOGGING, STORAGES, VAR_DIR

DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file: threads of a test then have connections of their own, as in the shop. Named by process,
# so that two runs at once do not meet.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
SEARCH_URL = f"sqlite:///{VAR_DIR.absolute() / f'test-{os.getpid()}-search.sqlite3'}"
SEARCH_COUNTING_DELAY = timedelta()
HUEY = {**HUEY, "immediate": True}
# Nobody: a test that wants a gateway starts its own, and none meets a developer's shop.
ALIPAY = {**ALIPAY, "GATEWAY_URL": "http://127.0.0.1:9/gateway.do"}
CACHES = {**CACHES, "default": {**CACHES["default"], "KEY_PREFIX": f"test-{os.getpid()}"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if "pytest" in sys.modules:
    LOGGING = {**LOGGING, "root": {"handlers": [], "level": "INFO"}}
