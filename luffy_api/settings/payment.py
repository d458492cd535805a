"""ALIPAY_GATEWAY and its companions to the dictionaries that the payment code reads."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from luffy_api.libs.alipay_v1.keys import as_pem
from luffy_api.settings import dev_keys, env

GATEWAYS = {
    "production": "https://openapi.alipay.com/gateway.do",
    "sandbox": "https://openapi-sandbox.dl.alipaydev.com/gateway.do",
}
LOCAL_APP_ID = "9021000100000001"
LOCAL_SELLER_ID = "2088000000000001"


@dataclass(frozen=True)
class LocalGateway:
    """The merchant's and the gateway's halves of a shop that pays to itself."""

    alipay: dict[str, Any]
    sandbox: dict[str, Any]


def addresses(public_url: str) -> dict[str, str]:
    """Where Alipay sends the notification and the buyer; never taken from a request."""
    return {
        "NOTIFY_URL": f"{public_url}/api/v1/order/success/",
        "RETURN_URL": f"{public_url}/pay/success",
    }


def remote(gateway: str, public_url: str) -> dict[str, Any]:
    """Alipay itself, its sandbox or a compatible gateway: every key must be given."""
    return {
        "GATEWAY_URL": GATEWAYS.get(gateway) or env.address("ALIPAY_GATEWAY"),
        "APP_ID": env.text("ALIPAY_APP_ID"),
        "SELLER_ID": env.text("ALIPAY_SELLER_ID", ""),
        "APP_PRIVATE_KEY": _key("ALIPAY_APP_PRIVATE_KEY", private=True),
        "ALIPAY_PUBLIC_KEY": _key("ALIPAY_PUBLIC_KEY", private=False),
        **addresses(public_url),
    }


def _key(name: str, *, private: bool) -> str:
    try:
        return as_pem(env.secret(name), private=private)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be used: {error}.") from None


def local(public_url: str, keys: Path) -> LocalGateway:
    """The local gateway, mounted at /alipay/, with keys generated on first use."""
    app_private, app_public = dev_keys.rsa_pair(keys, "alipay_app")
    gateway_private, gateway_public = dev_keys.rsa_pair(keys, "alipay_gateway")
    shared = {"APP_ID": LOCAL_APP_ID, "SELLER_ID": LOCAL_SELLER_ID}
    return LocalGateway(
        alipay={
            "GATEWAY_URL": f"{public_url}/alipay/gateway.do",
            "APP_PRIVATE_KEY": app_private,
            "ALIPAY_PUBLIC_KEY": gateway_public,
            **shared,
            **addresses(public_url),
        },
        sandbox={"APP_PUBLIC_KEY": app_public, "PRIVATE_KEY": gateway_private, **shared},
    )
