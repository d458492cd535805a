"""RSA2 (RSASSA-PKCS1-v1_5 with SHA-256) by OpenSSL.

The SDK's own library needs four times as long to sign and fifteen times as long to verify, on every
order and every notification (`./scripts/bench orders`, `notifications`).
"""

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from luffy_api.libs.payment_settings.rsa_keys import load_private


class Signatures:
    """Signs with our key and verifies with Alipay's; both PEM. One serves all threads."""

    def __init__(self, *, private_pem: str, public_pem: str) -> None:
        public = load_pem_public_key(public_pem.encode())
        assert isinstance(public, RSAPublicKey)
        self._private, self._public = load_private(private_pem), public

    def sign(self, text: str) -> str:
        """The signature of the UTF-8 bytes of a text, in base64."""
        return b64encode(self._private.sign(text.encode(), PKCS1v15(), SHA256())).decode("ascii")

    def verify(self, text: str, signature: str) -> bool:
        """Whether Alipay signed this text. Raises ValueError for what is not base64."""
        return self.verify_raw(text, b64decode(signature))

    def verify_raw(self, text: str, signature: bytes) -> bool:
        """The same for a signature that is decoded."""
        try:
            self._public.verify(signature, text.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True
