"""Certificates: one that nobody trusts, and the three of Alipay's certificate mode."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from luffy_api.libs.payment_settings.tests.certificates import SM2_ROOT


@dataclass(frozen=True)
class Chain:
    """What a merchant downloads from Alipay's console: three files."""

    app: str
    alipay: str
    root: str


def self_signed(private_pem: str) -> str:
    """A certificate for 127.0.0.1 over this RSA key, as PEM."""
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    key = _private(private_pem)
    builder = _builder(name, key, number=1, days=1).issuer_name(name)
    return _signed(builder.add_extension(address, critical=False), key)


def chain(app_private: str, alipay_private: str, *, days: float = 365, number: int = 7) -> Chain:
    """Certificates over both sides' keys that end in `days` days, issued by a root of Alipay."""
    # Any RSA key can stand for the root's: only names and numbers of the root are ever used.
    root = _private(alipay_private)
    issuers = [_name(f"Ant Financial Certification Authority {mark}") for mark in ("R1", "Class 1")]
    roots = [
        _signed(_builder(issuer, root, number=n, days=3650).issuer_name(issuer), root)
        for n, issuer in enumerate(issuers, start=2**80)
    ]

    def issue(subject: str, private_pem: str, serial: int) -> str:
        builder = _builder(_name(subject), _private(private_pem), number=serial, days=days)
        return _signed(builder.issuer_name(issuers[0]), root)

    return Chain(
        app=issue("2021000000000001-2088000000000001", app_private, number),
        alipay=issue("支付宝(中国)网络技术有限公司", alipay_private, number + 1) + roots[0],
        root="\n".join([SM2_ROOT, *roots]),
    )


def _private(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _name(common: str) -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: "CN",
        NameOID.ORGANIZATION_NAME: "Ant Financial",
        NameOID.ORGANIZATIONAL_UNIT_NAME: "Certification Authority",
        NameOID.COMMON_NAME: common,
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])


def _builder(
    subject: x509.Name, key: RSAPrivateKey, *, number: int, days: float
) -> x509.CertificateBuilder:
    ends = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(ends - timedelta(days=3650))
        .not_valid_after(ends)
    )


def _signed(builder: x509.CertificateBuilder, key: RSAPrivateKey) -> str:
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()
