"""The merchant's identity and keys, from the loader that the program registers.

The values are a mapping: GATEWAY_URL, APP_ID, SELLER_ID (may be blank), APP_PRIVATE_KEY,
ALIPAY_PUBLIC_KEY, NOTIFY_URL, RETURN_URL and TIMEOUT (seconds, may be missing).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luffy_api.libs.alipay_v1.exceptions import AlipayNotConfigured
from luffy_api.libs.alipay_v1.keys import as_pem

DEFAULT_TIMEOUT_SECONDS = 15.0

Values = Mapping[str, Any]
_registered: dict[str, Callable[[], Values]] = {}


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


def register_loader(loader: Callable[[], Values]) -> None:
    """Set the one function that returns the values now in force; it is called for each request.

    It must be quick and safe in threads; what it raises goes to the caller.
    """
    _registered["loader"] = loader


def alipay_values() -> Values:
    """Return the values now in force, unread. Raises AlipayNotConfigured without a loader."""
    if "loader" not in _registered:
        raise AlipayNotConfigured("no loader is registered")
    return _registered["loader"]()


def alipay_config() -> AlipayConfig:
    """Read the values now in force; AlipayNotConfigured names the one that is missing or wrong."""
    return read_config(alipay_values())


def read_config(values: Values) -> AlipayConfig:
    """Read these values; AlipayNotConfigured names the one that is missing or wrong."""
    try:
        return AlipayConfig(
            gateway_url=values["GATEWAY_URL"],
            app_id=_identifier(values, "APP_ID"),
            seller_id=str(values.get("SELLER_ID") or "") or None,
            app_private_key=_key(values, "APP_PRIVATE_KEY", private=True),
            alipay_public_key=_key(values, "ALIPAY_PUBLIC_KEY", private=False),
            notify_url=values["NOTIFY_URL"],
            return_url=values["RETURN_URL"],
            timeout=float(values.get("TIMEOUT", DEFAULT_TIMEOUT_SECONDS)),
        )
    except KeyError as error:
        raise AlipayNotConfigured(f"ALIPAY lacks {error.args[0]}") from None


def _identifier(values: Values, name: str) -> str:
    text = str(values.get(name) or "")
    if not text:
        raise AlipayNotConfigured(f"ALIPAY lacks {name}")
    return text


def _key(values: Values, name: str, *, private: bool) -> str:
    try:
        return as_pem(str(values.get(name) or ""), private=private)
    except ValueError as error:
        raise AlipayNotConfigured(f"ALIPAY[{name!r}]: {error}") from None
