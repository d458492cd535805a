"""Static files: hashed names, compressed copies."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A third party's style sheet may name a file it does not ship; that must not stop the shop."""

    manifest_strict = False
