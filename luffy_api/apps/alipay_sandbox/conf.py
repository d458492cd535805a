"""Settings of the gateway and its one merchant: `settings.ALIPAY_SANDBOX`."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DEFAULT_RETRY_SCALE = 1 / 60  # Alipay's four minutes become four seconds


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """The one merchant that this gateway knows, and the gateway's own key (both keys PEM)."""

    app_id: str
    seller_id: str
    app_public_key: str
    private_key: str = field(repr=False)
    retry_scale: float = DEFAULT_RETRY_SCALE


def gateway_settings() -> GatewaySettings:
    """Read `settings.ALIPAY_SANDBOX`; ImproperlyConfigured names what is missing."""
    values: dict[str, Any] = getattr(settings, "ALIPAY_SANDBOX", None) or {}
    try:
        return GatewaySettings(
            app_id=str(values["APP_ID"]),
            seller_id=str(values["SELLER_ID"]),
            app_public_key=values["APP_PUBLIC_KEY"],
            private_key=values["PRIVATE_KEY"],
            retry_scale=float(values.get("RETRY_SCALE", DEFAULT_RETRY_SCALE)),
        )
    except KeyError as error:
        raise ImproperlyConfigured(f"settings.ALIPAY_SANDBOX lacks {error.args[0]}.") from None


def require_development() -> None:
    """Refuse to start where real money might be meant; raises ImproperlyConfigured."""
    gateway_settings()
    if not settings.DEBUG and not getattr(settings, "ALIPAY_SANDBOX_ALLOWED", False):
        raise ImproperlyConfigured(
            "The local payment gateway gives courses away for nothing: it runs with DEBUG or "
            "ALIPAY_SANDBOX_ALLOWED only. Take luffy_api.apps.alipay_sandbox out of INSTALLED_APPS."
        )
