"""The keys that WeChat Pay signs with: its public key, or its platform certificates.

A merchant has either a public key with an id `PUB_KEY_ID_…`, or certificates, which WeChat Pay
replaces every few years and offers at `/v3/certificates`, encrypted with the APIv3 key.
"""

import time
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from luffy_api.libs.wechatpay_v3 import crypto, transport, wire
from luffy_api.libs.wechatpay_v3.certificates import Certificate, describe
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayUnknown
from luffy_api.libs.wechatpay_v3.settings import WechatPayConfig

PATH = "/v3/certificates"
# WeChat Pay advises to look for new certificates within twelve hours.
LIFETIME_SECONDS = 12 * 3600
# Anyone can post a message with an unknown serial number: it causes no download before that.
PAUSE_SECONDS = 60


@dataclass
class _Downloaded:
    """The certificates of one configuration, shared by all threads."""

    lock: Lock = field(default_factory=Lock)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    tried_at: float = float("-inf")

    def find(self, config: WechatPayConfig, serial: str) -> RSAPublicKey | None:
        with self.lock:
            age = time.monotonic() - self.tried_at
            stale = age > LIFETIME_SECONDS
            if stale or (serial not in self.certificates and age > PAUSE_SECONDS):
                self.tried_at = time.monotonic()
                self.certificates = download(config)
            found = self.certificates.get(serial)
        return _public_key(found.public_key) if found else None


@lru_cache(maxsize=8)
def _downloaded(config: WechatPayConfig) -> _Downloaded:
    return _Downloaded()


def find(config: WechatPayConfig, serial: str) -> RSAPublicKey | None:
    """The key with this serial number or id; None when WeChat Pay has no such key.

    In certificate mode it may wait for the network; raises WechatPayUnknown when the certificates
    cannot be downloaded.
    """
    if config.public_key_id:
        return _public_key(config.public_key) if serial == config.public_key_id else None
    return _downloaded(config).find(config, serial) if serial else None


def known(config: WechatPayConfig) -> list[Certificate]:
    """The platform certificates that this process has downloaded, the last to end first.

    No network; nothing for a merchant with a public key of WeChat Pay.
    """
    return latest_first(_downloaded(config).certificates)


def latest_first(certificates: dict[str, Certificate]) -> list[Certificate]:
    """These certificates, the last to end first."""
    return sorted(certificates.values(), key=lambda each: each.expires_at, reverse=True)


_public_key = lru_cache(maxsize=8)(crypto.public_key)


def download(config: WechatPayConfig) -> dict[str, Certificate]:
    """The current platform certificates by serial number. Raises WechatPayUnknown.

    The answer is signed with one of the certificates that it carries. Only who knows the APIv3 key
    can have encrypted them, so the signature is verified with what was decrypted.
    """
    try:
        answer = transport.fetch(config, "GET", PATH)
        rows = wire.parse_object(answer.body)["data"]
        found = dict(filter(None, (_read(row, config) for row in rows)))
        signer = _public_key(found[answer.headers.get("wechatpay-serial", "")].public_key)
        if answer.status != 200 or not crypto.is_signed(answer.headers, answer.body, signer):
            raise ValueError("the list of certificates is not signed")
    except Exception as error:
        raise WechatPayUnknown("no trustworthy platform certificates") from error
    return found


def _read(row: dict[str, Any], config: WechatPayConfig) -> tuple[str, Certificate] | None:
    """(serial number, certificate) of a row; None for an expired one."""
    certificate = describe(crypto.decrypt(row["encrypt_certificate"], config.api_v3_key))
    if certificate.serial != str(row["serial_no"]).upper().lstrip("0"):
        raise ValueError("another certificate than announced")
    return None if certificate.is_expired else (str(row["serial_no"]), certificate)
