"""Static files: which are collected, and their storage: hashed names, gzip copies."""

from typing import Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

_UNUSED = ("js", "less", "metadata", "scss", "sprites", "svgs")


class CollectedFilesConfig(StaticFilesConfig):
    """Installed in the place of `django.contrib.staticfiles`.

    Of Font Awesome only its style sheet and fonts are used; the rest was four fifths of all files.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *(f"*/fontawesome-free-*/{folder}/*" for folder in _UNUSED),
    ]


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Not strict: third-party style sheets refer to files that they do not ship."""

    manifest_strict = False

    def create_compressor(self, **options: Any) -> Compressor:
        """Gzip only: brotli took over a minute, for files of the back office."""
        return Compressor(use_brotli=False, **options)
