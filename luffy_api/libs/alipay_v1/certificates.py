"""X.509 certificates of Alipay's certificate mode ("公钥证书" in its console).

The merchant names its own certificate and Alipay's root by serial numbers of Alipay's making: MD5
over issuer and number ("证书序列号" of Alipay's manual, done by the SDK's DCAliPay).
"""

import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from luffy_api.libs.alipay_v1.sdk import load_sdk
from luffy_api.libs.payment_settings.certificates import (
    BadCertificate,
    certificate_blocks,
    unreadable,
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate: its serial number as Alipay counts, its RSA key as PEM, its end in UTC."""

    serial: str
    public_key: str
    expires_at: datetime


@lru_cache(maxsize=16)
def read_certificate(text: str, title: str) -> Certificate:
    """Read the first certificate of a file: behind Alipay's own stands that of its issuer.

    `title` names it in the message of BadCertificate, which is raised for what is no certificate
    over an RSA key.
    """
    pem = certificate_blocks(text, title)[0]
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
        key = certificate.public_key()
        serial = str(load_sdk().DCAliPay.get_cert_sn(pem))
    except Exception as error:  # each library has kinds of its own for what is unreadable
        raise unreadable(title) from error
    if not isinstance(key, RSAPublicKey):
        raise BadCertificate(f"这里的{title}不是 RSA 证书，请下载 RSA2 的证书")
    public = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Certificate(serial, public.decode("ascii").strip(), certificate.not_valid_after_utc)


@lru_cache(maxsize=16)
def root_serial(text: str, title: str) -> str:
    """Return the serial numbers of the RSA certificates in Alipay's root file, joined with `_`.

    Raises BadCertificate when there is none.
    """
    # The SDK cuts the file at blank lines made of exactly two line feeds: after an editor or a
    # system with other line ends it would number the first certificate alone, or none.
    chain = "\n\n".join(certificate_blocks(text, title))
    try:
        serial = load_sdk().DCAliPay.get_root_cert_sn(chain)
    except Exception as error:  # pyOpenSSL raises an Error of its own
        raise unreadable(title) from error
    if not serial:
        raise BadCertificate(f"这里的{title}里没有 RSA 证书，请填写 alipayRootCert.crt 的全部内容")
    return str(serial)


@lru_cache(maxsize=16)
def root_expires_at(text: str, title: str) -> datetime:
    """Return when the last of the RSA certificates in Alipay's root file ends (UTC).

    Raises BadCertificate when there is none.
    """
    ends = []
    for pem in certificate_blocks(text, title):
        certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
        with suppress(Exception):  # the first one is of the SM2 kind, which is not supported
            if isinstance(certificate.public_key(), RSAPublicKey):
                ends.append(certificate.not_valid_after_utc)
    if not ends:
        raise unreadable(title)
    return max(ends)


def fingerprint_of(text: str, title: str) -> str:
    """Return the SHA-256 of the first certificate of a file, as `openssl x509 -fingerprint`."""
    return sha256(ssl.PEM_cert_to_DER_cert(certificate_blocks(text, title)[0])).hexdigest()
