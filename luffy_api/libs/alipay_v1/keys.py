"""RSA keys: accept what Alipay's console shows, make new pairs for development."""

import re
from functools import lru_cache

from Cryptodome.PublicKey import RSA

KEY_BITS = 2048  # Alipay's RSA2 is RSA-2048 with SHA-256


@lru_cache(maxsize=16)
def as_pem(text: str, *, private: bool) -> str:
    """Return the key as PEM (PKCS#8 or SubjectPublicKeyInfo), whatever form it came in.

    Takes PEM, PEM folded into one line with literal `\\n`, and bare base64 as Alipay's console
    shows it (PKCS#1 or PKCS#8). Raises ValueError when it is no RSA key or not of that kind; the
    message never repeats the text, because it may be a secret.
    """
    kind = "private" if private else "public"
    try:
        key = RSA.import_key(_with_markers(text.replace("\\n", "\n").strip(), kind))
    except (ValueError, IndexError, TypeError):
        raise ValueError(f"this is not a readable RSA {kind} key (PEM or base64)") from None
    if key.has_private() != private:
        raise ValueError(f"expected an RSA {kind} key and got the other half of the pair")
    exported = key.export_key(pkcs=8) if private else key.export_key()
    return exported.decode("ascii")


def generate_key_pair() -> tuple[str, str]:
    """Return a fresh RSA-2048 pair `(private_pem, public_pem)`."""
    key = RSA.generate(KEY_BITS)
    return key.export_key(pkcs=8).decode("ascii"), key.public_key().export_key().decode("ascii")


def _with_markers(text: str, kind: str) -> str:
    if text.startswith("-----BEGIN"):
        return text
    # The reader looks at the content, not at the marker, so PKCS#1 may stand under this one too.
    marker = f"{kind.upper()} KEY"
    body = re.sub(r"\s+", "", text)
    lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
    return f"-----BEGIN {marker}-----\n{lines}\n-----END {marker}-----"
