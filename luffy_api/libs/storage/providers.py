"""From a private area to its ways up. A provider's SDK is imported only where it is used."""

from importlib import import_module

from luffy_api.libs.storage.areas import Area, Uploads

# By the module of the area's class, which is loaded already.
UPLOADS = {
    "luffy_api.libs.storage.local": "luffy_api.libs.storage.local_uploads.LocalUploads",
    "luffy_api.libs.storage.s3": "luffy_api.libs.storage.s3_uploads.S3Uploads",
    "luffy_api.libs.storage.qiniu": "luffy_api.libs.storage.qiniu_uploads.QiniuUploads",
}


def uploads_of(storage: Area) -> Uploads:
    """The ways up into this private area."""
    module, _, name = UPLOADS[type(storage).__module__].rpartition(".")
    uploads: Uploads = getattr(import_module(module), name)(storage)
    return uploads
