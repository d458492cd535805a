"""RSA keys: accept what the providers' consoles show, make new pairs for development."""

import base64
import re
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256

from Cryptodome.Util.asn1 import DerSequence
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

RsaKey = rsa.RSAPrivateKey | rsa.RSAPublicKey

KEY_BITS = 2048  # of RSA2 of Alipay and of WeChat Pay's signatures
MARKER = re.compile(r"-{3,}(?:BEGIN|END)[A-Z0-9 ]*-{3,}")
# What an editor or a console leaves around and between the characters of a key.
NOISE = re.compile("[\\s\ufeff\u200b\"']+")


class BadKey(ValueError):
    """A text that is not the expected key; the message is for the admin.

    The message never repeats the text, because it may be a secret.
    """


@lru_cache(maxsize=16)
def as_pem(text: str, *, private: bool, title: str) -> str:
    """Return the key as PEM (PKCS#8 or SubjectPublicKeyInfo), whatever form it came in.

    Takes PEM, PEM folded into one line with literal `\\n`, and bare base64 as Alipay's console
    shows it (PKCS#1 or PKCS#8), with whatever blanks, line ends, byte order mark or missing `=` it
    was copied. `title` names the wanted key for the admin. Raises BadKey when it is no RSA key or
    not of that kind.
    """
    key = _read(text, title)
    if isinstance(key, rsa.RSAPrivateKey) != private:
        given = "公钥" if private else "私钥"
        raise BadKey(f"这里应填{title}，填的却是一把{given}，请核对是否填反了位置")
    return _pem(key)


def public_half(private_pem: str) -> str:
    """Return the public key that belongs to a private one, as PEM."""
    return _pem(load_private(private_pem).public_key())


def fingerprint(public_pem: str) -> str:
    """Return the SHA-256 of a public key, in hexadecimal digits."""
    key = load_pem_public_key(public_pem.encode())
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def load_private(pem: str) -> rsa.RSAPrivateKey:
    """A private key that `as_pem` or `generate_key_pair` returned.

    They have shown that it works; to test its primes would cost a tenth of a second.
    """
    key = load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def bits(pem: str) -> int:
    """Return the length in bits of a key that `as_pem` returned."""
    if "PRIVATE" in pem:
        return load_private(pem).key_size
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    return key.key_size


def generate_key_pair() -> tuple[str, str]:
    """Return a fresh RSA-2048 pair `(private_pem, public_pem)`.

    OpenSSL finds the primes in a tenth of the time that Cryptodome needs.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return _pem(key), _pem(key.public_key())


def _pem(key: RsaKey) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        exported = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    else:
        exported = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return exported.decode("ascii").strip()


def _read(text: str, title: str) -> RsaKey:
    if "ENCRYPTED" in text:
        raise BadKey(f"这里的{title}加了密码，请填写没有密码的密钥")
    try:
        der = _der(text)
        certificate = _is_certificate(der)
        # The content counts, not the marker, which may name another form.
        key = _load(der)
    except (ValueError, IndexError, TypeError):
        certificate = "CERTIFICATE" in text  # several in one file are not one content
        key = None
    if certificate:
        raise BadKey(f"这里应填{title}，填的却是一张证书，请在控制台使用“公钥”方式的密钥")
    if key is None:
        raise BadKey(f"这里的{title}无法识别，请完整填写 RSA 密钥（PEM，或控制台显示的一长串字符）")
    return key


def _load(der: bytes) -> RsaKey | None:
    """The key; None for what is none, for another kind, and for one that does not work."""
    with suppress(ValueError, TypeError, UnsupportedAlgorithm):
        key = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
        return key if isinstance(key, rsa.RSAPrivateKey) and _works(key) else None
    with suppress(ValueError, UnsupportedAlgorithm):
        public = load_der_public_key(der)
        return public if isinstance(public, rsa.RSAPublicKey) else None
    return None


def _works(key: rsa.RSAPrivateKey) -> bool:
    """Whether the numbers of a private key belong together: what it signs can be verified.

    A hundred times as fast as a test of its primes, which every process would make when it starts.
    """
    numbers = key.private_numbers()
    # OpenSSL signs without the primes when they give a wrong result.
    if numbers.p * numbers.q != numbers.public_numbers.n:
        return False
    try:
        signature = key.sign(b"", PKCS1v15(), SHA256())
        key.public_key().verify(signature, b"", PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError, InternalError):
        return False
    return True


def _der(text: str) -> bytes:
    body = NOISE.sub("", MARKER.sub("", text.replace("\\r", "").replace("\\n", "\n"))).rstrip("=")
    return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)


def _is_certificate(der: bytes) -> bool:
    """X.509 is (content, algorithm, signature); RSA keys begin with a number or have two parts."""
    parts = DerSequence().decode(der)
    return len(parts) == 3 and not isinstance(parts[0], int)
