from typing import Any


def at_s3(settings: Any, endpoint: str) -> None:
    """Public files lie in a bucket at this address from now on."""
    options = {
        "access_key": "a key",
        "secret_key": "a secret",
        "bucket_name": "school",
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "addressing_style": "path",
        "custom_domain": "127.0.0.1:9/school",
        "url_protocol": "http:",
        "location": "public",
    }
    backend = {"BACKEND": "luffy_api.libs.storage.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
