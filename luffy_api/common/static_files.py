"""Static files: hashed names, compressed copies."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A third party's style sheet may name a file it does not ship; that must not stop the shop."""

    manifest_strict = False

    def create_compressor(self, **options: Any) -> Compressor:
        """Gzip only: brotli takes over a minute here, for pages that only the school sees."""
        return Compressor(use_brotli=False, **options)
