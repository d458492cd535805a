"""Secrets for development, generated once into VAR_DIR."""

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair


def secret_key(folder: Path) -> str:
    """Django's SECRET_KEY for development."""
    return _once(folder / "secret_key", lambda: secrets.token_urlsafe(50))


def encryption_key(folder: Path) -> str:
    """KEY_ENCRYPTION_KEY for development."""
    return _once(folder / "encryption_key", lambda: Fernet.generate_key().decode("ascii"))


def token(folder: Path, name: str) -> str:
    """A random text of 32 characters kept in a file of this name."""
    return _once(folder / name, lambda: secrets.token_hex(16))


def rsa_pair(folder: Path, name: str) -> tuple[str, str]:
    """(private, public) PEM of a 2048-bit key kept in `<name>_private.pem`."""
    private = _once(folder / f"{name}_private.pem", lambda: generate_key_pair()[0])
    # The key is our own: testing its primes would cost each process a tenth of a second.
    key = load_pem_private_key(
        private.encode(), password=None, unsafe_skip_rsa_key_validation=True
    ).public_key()
    public = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public.decode("ascii").strip()


def _once(path: Path, make: Callable[[], str]) -> str:
    """Content of the file, created on first use; of concurrent processes the first one wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first, use its key
        finally:
            os.unlink(draft)
    return path.read_text(encoding="utf-8")
