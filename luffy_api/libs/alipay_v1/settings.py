"""The merchant's identity and keys, from the loader that the program registers.

The values are a mapping: GATEWAY_URL, APP_ID, SELLER_ID (may be blank), APP_PRIVATE_KEY,
NOTIFY_URL, RETURN_URL, TIMEOUT (seconds, may be missing), and either ALIPAY_PUBLIC_KEY (key mode)
or APP_CERT, ALIPAY_CERT and ROOT_CERT (certificate mode, as soon as one of them is there).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luffy_api.libs.alipay_v1.certificates import read_certificate, root_serial
from luffy_api.libs.alipay_v1.exceptions import AlipayNotConfigured
from luffy_api.libs.alipay_v1.keys import as_pem

DEFAULT_TIMEOUT_SECONDS = 15.0
CERTIFICATES = {
    "APP_CERT": "应用公钥证书",
    "ALIPAY_CERT": "支付宝公钥证书",
    "ROOT_CERT": "支付宝根证书",
}

Values = Mapping[str, Any]
_registered: dict[str, Callable[[], Values]] = {}


@dataclass(frozen=True, slots=True)
class AlipayConfig:
    """Merchant and gateway: keys as PEM (the private one not in `repr`), timeout in seconds.

    The serial numbers are empty in key mode.
    """

    gateway_url: str
    app_id: str
    seller_id: str | None
    app_private_key: str = field(repr=False)
    alipay_public_key: str
    notify_url: str
    return_url: str
    timeout: float = DEFAULT_TIMEOUT_SECONDS
    app_cert_sn: str = ""
    root_cert_sn: str = ""

    @property
    def serials(self) -> dict[str, str]:
        """What a request carries in certificate mode ("公共请求参数"); empty in key mode."""
        if not self.app_cert_sn:
            return {}
        return {"app_cert_sn": self.app_cert_sn, "alipay_root_cert_sn": self.root_cert_sn}


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
            notify_url=values["NOTIFY_URL"],
            return_url=values["RETURN_URL"],
            timeout=float(values.get("TIMEOUT", DEFAULT_TIMEOUT_SECONDS)),
            **_verification(values),
        )
    except KeyError as error:
        raise AlipayNotConfigured(f"ALIPAY lacks {error.args[0]}") from None


def is_certificate_mode(values: Values) -> bool:
    """Whether any of the three certificates is there: then all of them are needed."""
    return any(values.get(name) for name in CERTIFICATES)


def _verification(values: Values) -> dict[str, str]:
    """Alipay's public key, and in certificate mode the two serial numbers of a request."""
    if not is_certificate_mode(values):
        return {"alipay_public_key": _key(values, "ALIPAY_PUBLIC_KEY", private=False)}
    texts = {name: _identifier(values, name) for name in CERTIFICATES}
    try:
        return {
            "alipay_public_key": read_certificate(
                texts["ALIPAY_CERT"], CERTIFICATES["ALIPAY_CERT"]
            ).public_key,
            "app_cert_sn": read_certificate(texts["APP_CERT"], CERTIFICATES["APP_CERT"]).serial,
            "root_cert_sn": root_serial(texts["ROOT_CERT"], CERTIFICATES["ROOT_CERT"]),
        }
    except ValueError as error:
        raise AlipayNotConfigured(f"ALIPAY: {error}") from None


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
