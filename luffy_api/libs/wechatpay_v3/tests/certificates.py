"""Certificates as WeChat Pay issues them, over keys of a test."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

SERIAL = 0x5157F09EFDC096DE15EBE81A47057A7232F1B8E1


def certificate(private_pem: str, *, serial: int = SERIAL, days: float = 365) -> bytes:
    """A certificate over this key that ends in `days` days, as PEM."""
    key = load_pem_private_key(private_pem.encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com Root CA")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(serial)
    builder = builder.not_valid_before(now - timedelta(days=400))
    builder = builder.not_valid_after(now + timedelta(days=days)).public_key(key.public_key())
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
