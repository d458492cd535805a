"""The test suite: development settings with a VAR_DIR of its own and without delays."""

import gc
import os
import sys

if "pytest" in sys.modules:
    # Nothing becomes garbage while Django and the tests are read; conftest.py switches it on again.
    gc.disable()
# Tests ignore .env.
os.environ["ENV_FILE"] = os.devnull

from luffy_api.settings import env

os.environ["VAR_DIR"] = env.text("TEST_VAR_DIR", str(env.BASE_DIR / "var" / "test"))

from luffy_api.settings.dev import *  # noqa: F403
from luffy_api.settings.dev import (
    ALIPAY,
    CACHES,
    DATABASES,
    HUEY,
    LOGGING,
    STORAGES,
    VAR_DIR,
    WECHAT_LOGIN,
    WECHATPAY,
)

DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file, so that threads of a test have separate connections. Named by process id, so that
# concurrent runs do not collide.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
SEARCH_URL = f"sqlite:///{VAR_DIR.absolute() / f'test-{os.getpid()}-search.sqlite3'}"
HUEY = {**HUEY, "immediate": True}
# Keys come from the settings alone, without a query; tests of stored keys set one.
KEY_ENCRYPTION_KEY = []
# Nothing listens there: a test that needs a gateway starts one.
ALIPAY = {**ALIPAY, "GATEWAY_URL": "http://127.0.0.1:9/gateway.do"}
WECHATPAY = {**WECHATPAY, "GATEWAY_URL": "http://127.0.0.1:9/wechatpay"}
WECHAT_LOGIN = {
    device: {**app, "TOKEN_URL": "http://127.0.0.1:9/token"} for device, app in WECHAT_LOGIN.items()
}
CACHES = {**CACHES, "default": {**CACHES["default"], "KEY_PREFIX": f"test-{os.getpid()}"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Most tests look at what a view does; those of the publishing app keep its answers.
PUBLISHED_BYTES = 0
# WhiteNoise reads the built front end for each client of a test; none asks it for a file.
WHITENOISE_ROOT = None
if "pytest" in sys.modules:
    LOGGING = {**LOGGING, "root": {"handlers": [], "level": "INFO"}}
