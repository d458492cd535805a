"""Environment variables of storages to entries of Django's STORAGES: `default` and `private`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from luffy_api.settings import env
from luffy_api.settings.s3_providers import S3_PROVIDERS, S3Provider, address

# Entries of STORAGES by alias: `default` (public) and `private`.
Storages = dict[str, dict[str, Any]]

PROVIDERS = {"local", "qiniu", *S3_PROVIDERS}
# Which part of the video app makes HLS; where nothing else is said, ffmpeg on this machine.
LOCAL_TRANSCODER = "luffy_api.apps.video.transcoding.local.LocalTranscoder"
TRANSCODERS = {"qiniu": "luffy_api.apps.video.transcoding.qiniu.QiniuTranscoder"}


@dataclass(frozen=True)
class Provider:
    """The two storages of a provider, and the origins at which browsers reach it."""

    storages: Storages
    public_origin: str = ""
    private_origin: str = ""
    upload_origin: str = ""


def configured(*, chosen: str, media: Path, private: Path, public_url: str) -> dict[str, Provider]:
    """The providers whose variables are set; those of the chosen one are required."""
    providers = {"local": local(media, private)}
    if chosen == "qiniu" or env.text("QINIU_BUCKET", ""):
        providers["qiniu"] = qiniu(public_url)
    for name, provider in S3_PROVIDERS.items():
        if chosen == name or provider.is_configured:
            providers[name] = s3(provider)
    return providers


def add_origins(directives: dict[str, list[str]], provider: Provider) -> None:
    """Allows pages to load pictures and videos from the chosen storage, and to upload to it."""
    origins = {
        # Posters of videos are private.
        "img-src": [provider.private_origin, provider.public_origin],
        "media-src": [provider.private_origin],
        "connect-src": [provider.private_origin, provider.upload_origin],
    }
    for name, found in origins.items():
        directives[name] += [each for each in dict.fromkeys(found) if each]


def local(media: Path, private: Path) -> Provider:
    """Folders of this machine."""
    return Provider(
        {
            "default": {
                "BACKEND": "luffy_api.libs.storage.local.LocalStorage",
                "OPTIONS": {"location": media, "base_url": "/media/"},
            },
            "private": {
                "BACKEND": "luffy_api.libs.storage.local.PrivateLocalStorage",
                "OPTIONS": {"location": private, "base_url": "/files/"},
            },
        }
    )


def s3(provider: S3Provider) -> Provider:
    """Buckets with the S3 protocol. URLs of public files are plain: a policy opens `public/`."""
    place = address(provider)
    bucket = provider.bucket("BUCKET")
    public_bucket = provider.bucket("PUBLIC_BUCKET", bucket)
    own = place.domain or place.bucket_url(bucket)
    public = provider.url(
        "PUBLIC_DOMAIN", own if public_bucket == bucket else place.bucket_url(public_bucket)
    )
    shared = {
        "access_key": provider.secret("ACCESS_KEY"),
        "secret_key": provider.secret("SECRET_KEY"),
        "endpoint_url": place.endpoint,
        "region_name": place.region,
        "addressing_style": place.style,
    }
    scheme, _, domain = public.partition("//")
    public_options = {
        **shared,
        "bucket_name": public_bucket,
        "custom_domain": domain,
        "url_protocol": scheme,
    }
    private_options = {
        **shared,
        "bucket_name": bucket,
        "bound_domain": place.domain or None,
        "browser_endpoint_url": (
            place.browser_endpoint if place.browser_endpoint != place.endpoint else None
        ),
    }
    return Provider(
        _storages(("s3.S3Storage", public_options), ("s3.PrivateS3Storage", private_options)),
        public_origin=_origin(public),
        private_origin=_origin(own),
        upload_origin=_origin(own),
    )


def qiniu(public_url: str) -> Provider:
    """QINIU_BUCKET is private. Public files are in it too, unless QINIU_PUBLIC_BUCKET is set."""
    hosts = _qiniu_hosts()
    bucket, domain = env.text("QINIU_BUCKET"), env.url("QINIU_DOMAIN")
    public_bucket = env.text("QINIU_PUBLIC_BUCKET", "")
    public = env.url("QINIU_PUBLIC_DOMAIN") if public_bucket else domain
    shared = {
        "access_key": env.secret("QINIU_ACCESS_KEY"),
        "secret_key": env.secret("QINIU_SECRET_KEY"),
        "hosts": hosts,
        "callback_host": urlsplit(public_url).netloc,
    }
    public_options = {
        **shared,
        "bucket": public_bucket or bucket,
        "domain": public,
        "signed": not public_bucket,
    }
    private_options = {**shared, "bucket": bucket, "domain": domain, "signed": True}
    storages = _storages(
        ("qiniu.QiniuStorage", public_options), ("qiniu.PrivateQiniuStorage", private_options)
    )
    return Provider(storages, _origin(public), _origin(domain), _origin(hosts["up"]))


def _qiniu_hosts() -> dict[str, str]:
    region = env.matching("QINIU_REGION", "[a-z0-9-]{2,20}", "z0 or cn-east-2", "z0")
    up = "https://upload.qiniup.com" if region == "z0" else f"https://upload-{region}.qiniup.com"
    # A private cloud has one origin for all of management.
    api = env.url("QINIU_API_HOST", "https://{}-" + region + ".qiniuapi.com")
    return {
        "up": env.url("QINIU_UP_HOST", up),
        **{name: api.format(name) for name in ("rs", "rsf", "api")},
    }


def _storages(public: tuple[str, dict[str, Any]], private: tuple[str, dict[str, Any]]) -> Storages:
    """Both storages, each (class below libs.storage, options), in a folder each of their bucket."""

    def entry(location: str, backend: str, options: dict[str, Any]) -> dict[str, Any]:
        path = f"luffy_api.libs.storage.{backend}"
        return {"BACKEND": path, "OPTIONS": {**options, "location": location}}

    return {"default": entry("public", *public), "private": entry("private", *private)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
