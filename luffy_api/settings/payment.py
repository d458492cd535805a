"""From ALIPAY_GATEWAY and the other ALIPAY_ variables to `settings.ALIPAY`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from luffy_api.libs.alipay_v1.certificates import read_certificate, root_serial
from luffy_api.libs.alipay_v1.keys import as_pem
from luffy_api.libs.alipay_v1.settings import CERTIFICATES
from luffy_api.libs.payment_settings.certificates import BadCertificate
from luffy_api.libs.payment_settings.rsa_keys import BadKey
from luffy_api.settings import dev_keys, env

GATEWAYS = {
    "production": "https://openapi.alipay.com/gateway.do",
    "sandbox": "https://openapi-sandbox.dl.alipaydev.com/gateway.do",
}


def _checked(read: Callable[[str, str], Any], title: str) -> Callable[[str], str]:
    """A reader that refuses what is no certificate and returns the text as it is."""

    def check(text: str) -> str:
        read(text, title)
        return text

    return check


# Of each value in settings.ALIPAY: its variable and what checks or normalises it.
KEYS: dict[str, tuple[str, Callable[[str], str]]] = {
    "APP_PRIVATE_KEY": ("ALIPAY_APP_PRIVATE_KEY", partial(as_pem, private=True)),
    "ALIPAY_PUBLIC_KEY": ("ALIPAY_PUBLIC_KEY", partial(as_pem, private=False)),
    "APP_CERT": ("ALIPAY_APP_CERT", _checked(read_certificate, CERTIFICATES["APP_CERT"])),
    "ALIPAY_CERT": ("ALIPAY_CERT", _checked(read_certificate, CERTIFICATES["ALIPAY_CERT"])),
    "ROOT_CERT": ("ALIPAY_ROOT_CERT", _checked(root_serial, CERTIFICATES["ROOT_CERT"])),
}
LOCAL_APP_ID = "9021000100000001"
LOCAL_SELLER_ID = "2088000000000001"


@dataclass(frozen=True)
class LocalGateway:
    """`settings.ALIPAY` and `settings.ALIPAY_SANDBOX` of a shop with the local gateway."""

    alipay: dict[str, Any]
    sandbox: dict[str, Any]


def encryption_keys(default: str | Callable[[], str]) -> list[str]:
    """KEY_ENCRYPTION_KEY: Fernet keys, the one that encrypts first; none turns the database off."""
    keys = [word.strip() for word in env.secret("KEY_ENCRYPTION_KEY", default).split(",")]
    keys = [key for key in keys if key]
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        raise ImproperlyConfigured(
            "KEY_ENCRYPTION_KEY must be 32 bytes in URL-safe base64, several separated by commas; "
            'make one with: python -c "from cryptography.fernet import Fernet; '
            'print(Fernet.generate_key().decode())"'
        ) from None
    return keys


def callback_urls(public_url: str) -> dict[str, str]:
    """Where Alipay posts notifications and returns the buyer; never taken from a request."""
    return {
        "NOTIFY_URL": f"{public_url}/api/v1/order/success/",
        "RETURN_URL": f"{public_url}/pay/success",
    }


def remote(gateway: str, public_url: str, *, complete: bool) -> dict[str, Any]:
    """Alipay itself, its sandbox or a compatible gateway.

    With `complete` all keys of one mode must be given; without it the database may hold the rest.
    """
    gateway_url = GATEWAYS.get(gateway) or env.url("ALIPAY_GATEWAY")
    keys = _keys()
    if complete:
        _require_complete(keys)
    return {
        "GATEWAY_URL": gateway_url,
        "APP_ID": env.text("ALIPAY_APP_ID", None if complete else ""),
        "SELLER_ID": env.text("ALIPAY_SELLER_ID", ""),
        "SOURCES": {name: "file" for name, (key, _) in KEYS.items() if env.is_from_file(key)},
        **keys,
        **callback_urls(public_url),
    }


def _keys() -> dict[str, str]:
    """What is given of the keys (as PEM) and certificates.

    Raises ImproperlyConfigured that names every wrong one.
    """
    keys: dict[str, str] = {}
    errors: list[str] = []
    for name, (variable, read) in KEYS.items():
        try:
            if value := env.secret(variable, ""):
                keys[name] = read(value)
        except (BadKey, BadCertificate) as error:
            errors.append(f"{variable} 无法使用：{error}。")
        except ImproperlyConfigured as error:
            errors.append(str(error))
    if errors:
        raise ImproperlyConfigured("\n".join(errors))
    return keys


def _require_complete(keys: dict[str, str]) -> None:
    mode = CERTIFICATES if any(name in keys for name in CERTIFICATES) else ["ALIPAY_PUBLIC_KEY"]
    missing = [KEYS[name][0] for name in ("APP_PRIVATE_KEY", *mode) if name not in keys]
    if missing:
        raise ImproperlyConfigured(
            "\n".join(f"Set {name} or {name}_FILE: it has no default." for name in missing)
        )


def local(public_url: str, keys: Path) -> LocalGateway:
    """The local gateway, mounted at /alipay/, with keys generated on first use."""
    app_private, app_public = dev_keys.rsa_pair(keys, "alipay_app")
    gateway_private, gateway_public = dev_keys.rsa_pair(keys, "alipay_gateway")
    shared = {"APP_ID": LOCAL_APP_ID, "SELLER_ID": LOCAL_SELLER_ID}
    return LocalGateway(
        alipay={
            "GATEWAY_URL": f"{public_url}/alipay/gateway.do",
            "SOURCES": dict.fromkeys(
                ("APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY", *shared), "generated"
            ),
            "APP_PRIVATE_KEY": app_private,
            "ALIPAY_PUBLIC_KEY": gateway_public,
            **shared,
            **callback_urls(public_url),
        },
        sandbox={"APP_PUBLIC_KEY": app_public, "PRIVATE_KEY": gateway_private, **shared},
    )
