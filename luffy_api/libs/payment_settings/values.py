"""A value that an admin has entered, once it was checked."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value that can be used.

    `fingerprint` is the SHA-256 of the public half of a key, or of the first certificate of a file,
    in hexadecimal digits; empty for an identifier. `expires_at` (UTC) is that of a certificate, of
    a root file that of the certificate in it that ends last.
    """

    value: str = field(repr=False)
    fingerprint: str = ""
    expires_at: datetime | None = None
