"""Production: secrets have no default, switches for development are refused."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from luffy_api.settings import env, payment, social_login, wechatpay
from luffy_api.settings.base import *  # noqa: F403

if env.boolean("DEBUG", False):
    raise ImproperlyConfigured("DEBUG must not be on with the production settings.")
DEBUG = False

SECRET_KEY = env.secret("SECRET_KEY")
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 40 random characters.")

ALLOWED_HOSTS = env.csv("ALLOWED_HOSTS")
if any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name each host; wildcards are refused.")

PUBLIC_URL = env.site_url("PUBLIC_URL")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if urlsplit(PUBLIC_URL).hostname not in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must contain the host of PUBLIC_URL.")

ALIPAY_GATEWAY = env.text("ALIPAY_GATEWAY")
if ALIPAY_GATEWAY == "local":
    raise ImproperlyConfigured(
        "ALIPAY_GATEWAY=local is for development; use production, sandbox or a gateway address."
    )
# With it, keys may be entered in the back office instead.
KEY_ENCRYPTION_KEY = payment.encryption_keys("")
ALIPAY = payment.remote(ALIPAY_GATEWAY, PUBLIC_URL, complete=not KEY_ENCRYPTION_KEY)

WECHATPAY_GATEWAY = env.text("WECHATPAY_GATEWAY", wechatpay.OFF)
if WECHATPAY_GATEWAY == "local":
    raise ImproperlyConfigured(
        "WECHATPAY_GATEWAY=local is for development; use production, off or a gateway address."
    )
WECHATPAY = wechatpay.remote(WECHATPAY_GATEWAY, PUBLIC_URL, complete=not KEY_ENCRYPTION_KEY)

WECHAT_LOGIN = social_login.wechat()
ALIPAY_LOGIN = social_login.alipay(ALIPAY_GATEWAY, PUBLIC_URL)

_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _https else 0
