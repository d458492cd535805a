"""The merchant's identity and keys, from `settings.ALIPAY`."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from luffy_api.libs.alipay_v1.keys import as_pem

DEFAULT_TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class AlipayConfig:
    """Merchant and gateway: keys as PEM (the private one not in `repr`), timeout in seconds."""

    gateway_url: str
    app_id: str
    seller_id: str | None
    app_private_key: str = field(repr=False)
    alipay_public_key: str
    notify_url: str
    return_url: str
    timeout: float = DEFAULT_TIMEOUT_SECONDS


def alipay_config() -> AlipayConfig:
    """Build the configuration from `settings.ALIPAY`; ImproperlyConfigured names the setting."""
    values: dict[str, Any] = getattr(settings, "ALIPAY", None) or {}
    try:
        return AlipayConfig(
            gateway_url=values["GATEWAY_URL"],
            app_id=str(values["APP_ID"]),
            seller_id=str(values.get("SELLER_ID") or "") or None,
            app_private_key=_key(values, "APP_PRIVATE_KEY", private=True),
            alipay_public_key=_key(values, "ALIPAY_PUBLIC_KEY", private=False),
            notify_url=values["NOTIFY_URL"],
            return_url=values["RETURN_URL"],
            timeout=float(values.get("TIMEOUT", DEFAULT_TIMEOUT_SECONDS)),
        )
    except KeyError as error:
        raise ImproperlyConfigured(f"settings.ALIPAY lacks {error.args[0]}") from None


def _key(values: dict[str, Any], name: str, *, private: bool) -> str:
    try:
        return as_pem(values[name], private=private)
    except ValueError as error:
        raise ImproperlyConfigured(f"settings.ALIPAY[{name!r}]: {error}") from None
