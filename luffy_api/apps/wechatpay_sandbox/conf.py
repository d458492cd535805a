"""Settings of the gateway and its one merchant: `settings.WECHATPAY_SANDBOX`."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DEFAULT_RETRY_SCALE = 1 / 60


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """The one merchant that this gateway knows, and the gateway's own key (both keys PEM).

    The merchant has an official account (`app_id`) and a website (`login_app_id`).
    """

    mch_id: str
    app_id: str
    login_app_id: str
    serial_no: str
    merchant_public_key: str
    public_key_id: str
    api_v3_key: str = field(repr=False)
    app_secret: str = field(repr=False)
    login_app_secret: str = field(repr=False)
    private_key: str = field(repr=False)
    retry_scale: float = DEFAULT_RETRY_SCALE


def gateway_settings() -> GatewaySettings:
    """Read `settings.WECHATPAY_SANDBOX`; ImproperlyConfigured names what is missing."""
    values: dict[str, Any] = getattr(settings, "WECHATPAY_SANDBOX", None) or {}
    try:
        return GatewaySettings(
            mch_id=str(values["MCH_ID"]),
            app_id=str(values["APP_ID"]),
            login_app_id=str(values["LOGIN_APP_ID"]),
            serial_no=str(values["SERIAL_NO"]),
            merchant_public_key=values["MERCHANT_PUBLIC_KEY"],
            public_key_id=str(values["PUBLIC_KEY_ID"]),
            api_v3_key=str(values["API_V3_KEY"]),
            app_secret=str(values["APP_SECRET"]),
            login_app_secret=str(values["LOGIN_APP_SECRET"]),
            private_key=values["PRIVATE_KEY"],
            retry_scale=float(values.get("RETRY_SCALE", DEFAULT_RETRY_SCALE)),
        )
    except KeyError as error:
        raise ImproperlyConfigured(f"settings.WECHATPAY_SANDBOX lacks {error.args[0]}.") from None


def require_development() -> None:
    """Refuse to start where real money might be meant; raises ImproperlyConfigured."""
    gateway_settings()
    if not settings.DEBUG and not getattr(settings, "WECHATPAY_SANDBOX_ALLOWED", False):
        raise ImproperlyConfigured(
            "The local WeChat Pay gateway gives courses away for nothing: it runs with DEBUG or "
            "WECHATPAY_SANDBOX_ALLOWED only. Take luffy_api.apps.wechatpay_sandbox out of "
            "INSTALLED_APPS."
        )
