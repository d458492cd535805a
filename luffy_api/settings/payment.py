"""From ALIPAY_GATEWAY and the other ALIPAY_ variables to `settings.ALIPAY`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from luffy_api.libs.alipay_v1.keys import BadKey, as_pem
from luffy_api.settings import dev_keys, env

GATEWAYS = {
    "production": "https://openapi.alipay.com/gateway.do",
    "sandbox": "https://openapi-sandbox.dl.alipaydev.com/gateway.do",
}
LOCAL_APP_ID = "9021000100000001"
LOCAL_SELLER_ID = "2088000000000001"


@dataclass(frozen=True)
class LocalGateway:
    """`settings.ALIPAY` and `settings.ALIPAY_SANDBOX` of a shop with the local gateway."""

    alipay: dict[str, Any]
    sandbox: dict[str, Any]


def callback_urls(public_url: str) -> dict[str, str]:
    """Where Alipay posts notifications and returns the buyer; never taken from a request."""
    return {
        "NOTIFY_URL": f"{public_url}/api/v1/order/success/",
        "RETURN_URL": f"{public_url}/pay/success",
    }


def remote(gateway: str, public_url: str) -> dict[str, Any]:
    """Alipay itself, its sandbox or a compatible gateway: every key must be given."""
    return {
        "GATEWAY_URL": GATEWAYS.get(gateway) or env.url("ALIPAY_GATEWAY"),
        "APP_ID": env.text("ALIPAY_APP_ID"),
        "SELLER_ID": env.text("ALIPAY_SELLER_ID", ""),
        **_keys(),
        **callback_urls(public_url),
    }


def _keys() -> dict[str, str]:
    """Both keys as PEM. Raises ImproperlyConfigured that names every wrong one."""
    keys: dict[str, str] = {}
    errors: list[str] = []
    for name, private in (("APP_PRIVATE_KEY", True), ("ALIPAY_PUBLIC_KEY", False)):
        variable = f"ALIPAY_{name.removeprefix('ALIPAY_')}"
        try:
            keys[name] = as_pem(env.secret(variable), private=private)
        except BadKey as error:
            errors.append(f"{variable} 无法使用:{error}。")
        except ImproperlyConfigured as error:
            errors.append(str(error))
    if errors:
        raise ImproperlyConfigured("\n".join(errors))
    return keys


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
            **callback_urls(public_url),
        },
        sandbox={"APP_PUBLIC_KEY": app_public, "PRIVATE_KEY": gateway_private, **shared},
    )
