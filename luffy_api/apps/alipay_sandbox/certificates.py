"""Serial numbers of certificates as "证书序列号" of Alipay's manual counts them.

MD5 over the issuer and the number in decimal digits; of the root file those of all its RSA ones,
joined with `_`. Independent of libs/alipay_v1 on purpose, as in signing.py.
"""

import hashlib
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

RSA_SIGNATURES = "1.2.840.113549.1.1."  # PKCS #1; Alipay's root file holds SM2 ones beside them
PARTS = {
    "CN": NameOID.COMMON_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "C": NameOID.COUNTRY_NAME,
}


@lru_cache(maxsize=8)
def serial_of(pem: str) -> str:
    """The serial number of the first certificate."""
    return _serial(x509.load_pem_x509_certificates(pem.encode())[0])


@lru_cache(maxsize=8)
def root_serial_of(pem: str) -> str:
    """The serial numbers of a root file."""
    chain = x509.load_pem_x509_certificates(pem.encode())
    return "_".join(
        _serial(certificate)
        for certificate in chain
        if certificate.signature_algorithm_oid.dotted_string.startswith(RSA_SIGNATURES)
    )


@lru_cache(maxsize=8)
def public_key_of(pem: str) -> str:
    """The public key of the first certificate, as PEM."""
    key = x509.load_pem_x509_certificates(pem.encode())[0].public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _serial(certificate: x509.Certificate) -> str:
    name = ",".join(
        f"{part}={certificate.issuer.get_attributes_for_oid(oid)[0].value!s}"
        for part, oid in PARTS.items()
    )
    digest = hashlib.md5(f"{name}{certificate.serial_number}".encode(), usedforsecurity=False)
    return digest.hexdigest()
