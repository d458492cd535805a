"""From WECHATPAY_GATEWAY and the other WECHATPAY_ variables to `settings.WECHATPAY`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from luffy_api.libs.payment_settings.rsa_keys import BadKey, as_pem
from luffy_api.libs.wechatpay_v3.certificates import read_certificate
from luffy_api.libs.wechatpay_v3.settings import API_V3_KEY_BYTES, PRIVATE_TITLE, PUBLIC_TITLE
from luffy_api.settings import dev_keys, env

GATEWAYS = {"production": "https://api.mch.weixin.qq.com"}
OFF = "off"
OAUTH = {
    "AUTHORIZE_URL": "https://open.weixin.qq.com/connect/oauth2/authorize",
    "TOKEN_URL": "https://api.weixin.qq.com/sns/oauth2/access_token",
}
LOCAL = {
    "APP_ID": "wx0000000000000001",
    "MCH_ID": "1900000001",
    "SERIAL_NO": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    "PUBLIC_KEY_ID": "PUB_KEY_ID_0119000000012026010100000000",
}
# The website by which visitors log in; the official account is that of the payments.
LOCAL_LOGIN_APP_ID = "wx0000000000000002"


@dataclass(frozen=True)
class LocalGateway:
    """`settings.WECHATPAY` and `settings.WECHATPAY_SANDBOX` of a shop with the local gateway."""

    wechatpay: dict[str, Any]
    sandbox: dict[str, Any]


def callback_urls(public_url: str) -> dict[str, str]:
    """Where notifications and buyers come to; never taken from a request."""
    return {
        "NOTIFY_URL": f"{public_url}/api/v1/order/wechat/notify/",
        "RETURN_URL": f"{public_url}/pay/success",
    }


def remote(gateway: str, public_url: str, *, complete: bool) -> dict[str, Any]:
    """WeChat Pay itself or a compatible gateway; {} when `gateway` is off.

    With `complete` all keys must be given; without it the database may hold the rest.

    The public key and its id are given together, or both left out: then platform certificates are
    downloaded. Without the secret of the official account there is no payment inside WeChat.
    """
    if gateway == OFF:
        return {}
    default = None if complete else ""
    values = {
        "GATEWAY_URL": GATEWAYS.get(gateway) or env.url("WECHATPAY_GATEWAY"),
        "MCH_ID": env.text("WECHATPAY_MCH_ID", default),
        "APP_ID": env.text("WECHATPAY_APP_ID", default),
        "APP_SECRET": env.secret("WECHATPAY_APP_SECRET", ""),
        "SERIAL_NO": env.text("WECHATPAY_SERIAL_NO", default),
        "PUBLIC_KEY_ID": env.text("WECHATPAY_PUBLIC_KEY_ID", ""),
        "SOURCES": {name: "file" for name in SECRETS if env.is_from_file(f"WECHATPAY_{name}")},
        **_secrets(complete),
        **OAUTH,
        **callback_urls(public_url),
    }
    if complete and bool(values["PUBLIC_KEY"]) != bool(values["PUBLIC_KEY_ID"]):
        raise ImproperlyConfigured(
            "Set WECHATPAY_PUBLIC_KEY and WECHATPAY_PUBLIC_KEY_ID together, or neither."
        )
    return values


def _secrets(complete: bool) -> dict[str, str]:
    """The keys. Raises ImproperlyConfigured that names every wrong one."""
    values: dict[str, str] = {}
    errors: list[str] = []
    for name, read in SECRETS.items():
        variable = f"WECHATPAY_{name}"
        optional = not complete or name in OPTIONAL
        try:
            text = env.secret(variable, "" if optional else None)
            values[name] = read(text) if text else ""
        except BadKey as error:
            errors.append(f"{variable} 无法使用：{error}。")
        except ImproperlyConfigured as error:
            errors.append(str(error))
    if errors:
        raise ImproperlyConfigured("\n".join(errors))
    return values


def _api_v3_key(text: str) -> str:
    if len(text.encode()) != API_V3_KEY_BYTES:
        raise BadKey(f"APIv3 密钥应为 {API_V3_KEY_BYTES} 个字符")
    return text


def _certificate(text: str) -> str:
    try:
        read_certificate(text)
    except ValueError as error:
        raise BadKey(str(error)) from None
    return text


OPTIONAL = ("PUBLIC_KEY", "CERT")
SECRETS: dict[str, Callable[[str], str]] = {
    "PRIVATE_KEY": partial(as_pem, private=True, title=PRIVATE_TITLE),
    "API_V3_KEY": _api_v3_key,
    "PUBLIC_KEY": partial(as_pem, private=False, title=PUBLIC_TITLE),
    "CERT": _certificate,
}


def local(public_url: str, keys: Path) -> LocalGateway:
    """The local gateway, mounted at /wechatpay/, with keys generated on first use."""
    merchant_private, merchant_public = dev_keys.rsa_pair(keys, "wechatpay_merchant")
    platform_private, platform_public = dev_keys.rsa_pair(keys, "wechatpay_platform")
    shared = {
        **LOCAL,
        "API_V3_KEY": dev_keys.token(keys, "wechatpay_api_v3_key"),
        "APP_SECRET": dev_keys.token(keys, "wechatpay_app_secret"),
    }
    gateway = f"{public_url}/wechatpay"
    return LocalGateway(
        wechatpay={
            "GATEWAY_URL": gateway,
            "SOURCES": dict.fromkeys([*shared, "PRIVATE_KEY", "PUBLIC_KEY"], "generated"),
            "PRIVATE_KEY": merchant_private,
            "PUBLIC_KEY": platform_public,
            "AUTHORIZE_URL": f"{gateway}/connect/oauth2/authorize",
            "TOKEN_URL": f"{gateway}/sns/oauth2/access_token",
            "BRIDGE_URL": f"{gateway}/bridge/",
            **shared,
            **callback_urls(public_url),
        },
        sandbox={
            "MERCHANT_PUBLIC_KEY": merchant_public,
            "PRIVATE_KEY": platform_private,
            "LOGIN_APP_ID": LOCAL_LOGIN_APP_ID,
            "LOGIN_APP_SECRET": dev_keys.token(keys, "wechat_login_app_secret"),
            **shared,
        },
    )
