"""Settings of the gateway and its one merchant: `settings.ALIPAY_SANDBOX`."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from luffy_api.apps.alipay_sandbox.certificates import public_key_of, root_serial_of, serial_of

DEFAULT_RETRY_SCALE = 1 / 60  # Alipay's four minutes become four seconds


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """The one merchant that this gateway knows, and the gateway's own key (both keys PEM).

    The serial numbers are set when the merchant's app uses certificates.
    """

    app_id: str
    seller_id: str
    app_public_key: str
    private_key: str = field(repr=False)
    retry_scale: float = DEFAULT_RETRY_SCALE
    app_cert_sn: str = ""
    alipay_cert_sn: str = ""
    root_cert_sn: str = ""


def gateway_settings() -> GatewaySettings:
    """Read `settings.ALIPAY_SANDBOX`; ImproperlyConfigured names what is missing.

    APP_CERT, ALIPAY_CERT and ROOT_CERT (PEM) stand in the place of APP_PUBLIC_KEY for an app that
    uses certificates.
    """
    values: dict[str, Any] = getattr(settings, "ALIPAY_SANDBOX", None) or {}
    try:
        return GatewaySettings(
            app_id=str(values["APP_ID"]),
            seller_id=str(values["SELLER_ID"]),
            private_key=values["PRIVATE_KEY"],
            retry_scale=float(values.get("RETRY_SCALE", DEFAULT_RETRY_SCALE)),
            **_identity(values),
        )
    except KeyError as error:
        raise ImproperlyConfigured(f"settings.ALIPAY_SANDBOX lacks {error.args[0]}.") from None


def _identity(values: dict[str, Any]) -> dict[str, str]:
    if "APP_CERT" not in values:
        return {"app_public_key": values["APP_PUBLIC_KEY"]}
    return {
        "app_public_key": public_key_of(values["APP_CERT"]),
        "app_cert_sn": serial_of(values["APP_CERT"]),
        "alipay_cert_sn": serial_of(values["ALIPAY_CERT"]),
        "root_cert_sn": root_serial_of(values["ROOT_CERT"]),
    }


def require_development() -> None:
    """Refuse to start where real money might be meant; raises ImproperlyConfigured."""
    gateway_settings()
    if not settings.DEBUG and not getattr(settings, "ALIPAY_SANDBOX_ALLOWED", False):
        raise ImproperlyConfigured(
            "The local payment gateway gives courses away for nothing: it runs with DEBUG or "
            "ALIPAY_SANDBOX_ALLOWED only. Take luffy_api.apps.alipay_sandbox out of INSTALLED_APPS."
        )
