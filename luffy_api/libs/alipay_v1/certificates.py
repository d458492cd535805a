"""X.509 certificates of Alipay's certificate mode ("公钥证书" in its console).

The merchant names its own certificate and Alipay's root by serial numbers of Alipay's making: MD5
over issuer and number ("证书序列号" of Alipay's manual, done by the SDK's DCAliPay).
"""

import base64
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from luffy_api.libs.alipay_v1.keys import NOISE
from luffy_api.libs.alipay_v1.sdk import load_sdk

BLOCK = re.compile(r"-{3,}BEGIN CERTIFICATE-{3,}(.*?)-{3,}END CERTIFICATE-{3,}", re.DOTALL)


class BadCertificate(ValueError):
    """A text that is not the expected certificate; the message is for the admin."""


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
        raise _unreadable(title) from error
    if not isinstance(key, RSAPublicKey):
        raise BadCertificate(f"这里的{title}不是 RSA 证书,请下载 RSA2 的证书")
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
        raise _unreadable(title) from error
    if not serial:
        raise BadCertificate(f"这里的{title}里没有 RSA 证书,请填写 alipayRootCert.crt 的全部内容")
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
        raise _unreadable(title)
    return max(ends)


def fingerprint_of(text: str, title: str) -> str:
    """Return the SHA-256 of the first certificate of a file, as `openssl x509 -fingerprint`."""
    return sha256(ssl.PEM_cert_to_DER_cert(certificate_blocks(text, title)[0])).hexdigest()


def certificate_blocks(text: str, title: str) -> list[str]:
    """Every certificate of a text as PEM with lines of 64 characters.

    However it was saved. Raises BadCertificate without any; `title` names it in the message.
    """
    if "PRIVATE KEY" in text:
        raise BadCertificate(f"这里应填{title},填的却是一把私钥,请核对是否填反了位置")
    unfolded = text.replace("\\r", "").replace("\\n", "\n")
    try:
        bodies = [NOISE.sub("", body) for body in BLOCK.findall(unfolded)]
        pems = [ssl.DER_cert_to_PEM_cert(base64.b64decode(b, validate=True)) for b in bodies]
    except ValueError as error:
        raise _unreadable(title) from error
    if not pems:
        raise _unreadable(title)
    return [pem.strip() for pem in pems]


def _unreadable(title: str) -> BadCertificate:
    return BadCertificate(
        f"这里的{title}无法识别,请完整填写 .crt 文件的内容(从 BEGIN CERTIFICATE 一行开始)"
    )
