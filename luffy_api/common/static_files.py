"""Storage of static files: hashed names, gzip copies."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Not strict: third-party style sheets refer to files that they do not ship."""

    manifest_strict = False

    def create_compressor(self, **options: Any) -> Compressor:
        """Gzip only: brotli took over a minute, for files of the back office."""
        return Compressor(use_brotli=False, **options)
