"""X.509 certificates of WeChat Pay: the merchant's own (`apiclient_cert.pem`), and the platform's.

The merchant's is not needed to pay: requests name it by its serial number and are signed with its
key. With the file it is known when it expires; WeChat Pay refuses requests from then on.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from luffy_api.libs.payment_settings.certificates import certificate_blocks

TITLE = "商户 API 证书"
WARN_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate over an RSA key, which is here as PEM.

    `serial` in capital hexadecimal digits without leading zeros, `fingerprint` the SHA-256 in small
    ones, the end in UTC.
    """

    serial: str
    fingerprint: str
    public_key: str
    expires_at: datetime

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= datetime.now(UTC)

    @property
    def expires_soon(self) -> bool:
        """Whether it ends within 30 days, or has ended."""
        return self.expires_at <= datetime.now(UTC) + WARN_BEFORE


@lru_cache(maxsize=8)
def read_certificate(text: str) -> Certificate:
    """The first certificate of a file, however its lines end; ValueError is for the admin."""
    return describe(certificate_blocks(text, TITLE)[0].encode("ascii"))


def describe(pem: bytes) -> Certificate:
    """One certificate as PEM; ValueError for what is none, or not over an RSA key."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except Exception as error:  # cryptography has kinds of its own for what is unreadable
        raise ValueError(f"这里的{TITLE}无法识别，请填写 apiclient_cert.pem 的内容") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError(f"这里的{TITLE}不是 RSA 证书")
    public = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Certificate(
        serial=f"{certificate.serial_number:X}",
        fingerprint=certificate.fingerprint(SHA256()).hex(),
        public_key=public.decode("ascii").strip(),
        expires_at=certificate.not_valid_after_utc,
    )
