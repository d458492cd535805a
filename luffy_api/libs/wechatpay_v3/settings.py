"""The merchant's identity and keys, from the loader that the program registers.

The values are a mapping: GATEWAY_URL, MCH_ID, APP_ID, SERIAL_NO, PRIVATE_KEY, API_V3_KEY,
PUBLIC_KEY and PUBLIC_KEY_ID (both blank: platform certificates are downloaded), NOTIFY_URL and
TIMEOUT (seconds, may be missing); only the checks read CERT, the merchant's certificate, which may
be blank. An empty mapping means no WeChat Pay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luffy_api.libs.payment_settings.rsa_keys import as_pem
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayNotConfigured

DEFAULT_TIMEOUT_SECONDS = 15.0
API_V3_KEY_BYTES = 32
PRIVATE_TITLE, PUBLIC_TITLE = "商户 API 私钥", "微信支付公钥"

Values = Mapping[str, Any]
_registered: dict[str, Callable[[], Values]] = {}


@dataclass(frozen=True, slots=True)
class WechatPayConfig:
    """Merchant and gateway: keys as PEM (secrets not in `repr`), timeout in seconds.

    `serial_no` is that of the merchant's API certificate. With a `public_key` the answers of WeChat
    Pay are verified by it ("公钥模式"); without one its platform certificates are downloaded.
    """

    gateway_url: str
    mch_id: str
    app_id: str
    serial_no: str
    private_key: str = field(repr=False)
    api_v3_key: str = field(repr=False)
    notify_url: str
    public_key: str = ""
    public_key_id: str = ""
    timeout: float = DEFAULT_TIMEOUT_SECONDS


def register_loader(loader: Callable[[], Values]) -> None:
    """Set the one function that returns the values now in force; it is called for each request.

    It must be quick and safe in threads; what it raises goes to the caller.
    """
    _registered["loader"] = loader


def wechatpay_values() -> Values:
    """Return the values now in force, unread. Raises WechatPayNotConfigured without a loader."""
    if "loader" not in _registered:
        raise WechatPayNotConfigured("no loader is registered")
    return _registered["loader"]()


def current() -> WechatPayConfig:
    """Read the values now in force; WechatPayNotConfigured names what is missing or wrong."""
    return read_config(wechatpay_values())


def read_config(values: Values) -> WechatPayConfig:
    """Read these values; WechatPayNotConfigured names the one that is missing or wrong."""
    public_key_id = str(values.get("PUBLIC_KEY_ID") or "")
    with_key = bool(public_key_id or values.get("PUBLIC_KEY"))
    return WechatPayConfig(
        gateway_url=_text(values, "GATEWAY_URL"),
        mch_id=_text(values, "MCH_ID"),
        app_id=_text(values, "APP_ID"),
        serial_no=_text(values, "SERIAL_NO").upper(),
        private_key=_key(values, "PRIVATE_KEY", private=True),
        api_v3_key=_api_v3_key(values),
        notify_url=_text(values, "NOTIFY_URL"),
        public_key=_key(values, "PUBLIC_KEY", private=False) if with_key else "",
        public_key_id=_text(values, "PUBLIC_KEY_ID") if with_key else "",
        timeout=float(values.get("TIMEOUT", DEFAULT_TIMEOUT_SECONDS)),
    )


def _text(values: Values, name: str) -> str:
    text = str(values.get(name) or "")
    if not text:
        raise WechatPayNotConfigured(f"WECHATPAY lacks {name}")
    return text


def _api_v3_key(values: Values) -> str:
    key = _text(values, "API_V3_KEY")
    if len(key.encode()) != API_V3_KEY_BYTES:
        raise WechatPayNotConfigured("WECHATPAY['API_V3_KEY'] must have 32 bytes")
    return key


def _key(values: Values, name: str, *, private: bool) -> str:
    title = PRIVATE_TITLE if private else PUBLIC_TITLE
    try:
        return as_pem(str(values.get(name) or ""), private=private, title=title)
    except ValueError as error:
        raise WechatPayNotConfigured(f"WECHATPAY[{name!r}]: {error}") from None
