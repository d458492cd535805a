"""Development: demo data, local files, the local payment gateways."""

from luffy_api.settings import dev_keys, env, payment, social_login, wechatpay
from luffy_api.settings.base import *  # noqa: F403
from luffy_api.settings.base import INSTALLED_APPS, PUBLIC_URL, VAR_DIR

KEYS_DIR = VAR_DIR / "keys"

DEBUG = env.boolean("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY", lambda: dev_keys.secret_key(KEYS_DIR))
ALLOWED_HOSTS = env.csv("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
DEMO_ALLOWED = True
KEY_ENCRYPTION_KEY = payment.encryption_keys(lambda: dev_keys.encryption_key(KEYS_DIR))

ALIPAY_GATEWAY = env.text("ALIPAY_GATEWAY", "local")
ALIPAY_SANDBOX_ALLOWED = ALIPAY_GATEWAY == "local"
if ALIPAY_SANDBOX_ALLOWED:
    _gateway = payment.local(PUBLIC_URL, KEYS_DIR)
    ALIPAY = _gateway.alipay
    ALIPAY_SANDBOX = _gateway.sandbox
    INSTALLED_APPS = [*INSTALLED_APPS, "luffy_api.apps.alipay_sandbox"]
else:
    ALIPAY = payment.remote(ALIPAY_GATEWAY, PUBLIC_URL, complete=False)
ALIPAY_LOGIN = social_login.alipay(ALIPAY_GATEWAY, PUBLIC_URL)

WECHAT_LOGIN = social_login.wechat()
WECHATPAY_GATEWAY = env.text("WECHATPAY_GATEWAY", "local")
WECHATPAY_SANDBOX_ALLOWED = WECHATPAY_GATEWAY == "local"
if WECHATPAY_SANDBOX_ALLOWED:
    _wechatpay = wechatpay.local(PUBLIC_URL, KEYS_DIR)
    WECHATPAY = _wechatpay.wechatpay
    WECHATPAY_SANDBOX = _wechatpay.sandbox
    WECHAT_LOGIN = WECHAT_LOGIN or social_login.wechat_local(WECHATPAY, WECHATPAY_SANDBOX)
    INSTALLED_APPS = [*INSTALLED_APPS, "luffy_api.apps.wechatpay_sandbox"]
else:
    WECHATPAY = wechatpay.remote(WECHATPAY_GATEWAY, PUBLIC_URL, complete=False)
