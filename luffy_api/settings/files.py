"""STORAGE and its companions to Django's STORAGES entries `default` (public) and `private`."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from luffy_api.settings import env

Areas = dict[str, dict[str, Any]]

PROVIDERS = {"local", "qiniu", "s3"}
QINIU_REGION = re.compile(r"[a-z0-9-]{2,20}", re.ASCII)


@dataclass(frozen=True)
class Place:
    """A storage: its two areas, and the origins that browsers meet it at."""

    areas: Areas
    public_origin: str = ""
    private_origin: str = ""
    upload_origin: str = ""


def configured(*, chosen: str, media: Path, private: Path, public_url: str) -> dict[str, Place]:
    """The storages whose settings are there; those of the chosen one must be."""
    places = {"local": local(media, private)}
    if chosen == "qiniu" or env.text("QINIU_BUCKET", ""):
        places["qiniu"] = qiniu(public_url)
    if chosen == "s3" or env.text("S3_BUCKET", ""):
        places["s3"] = s3()
    return places


def add_origins(directives: dict[str, list[str]], place: Place) -> None:
    """Lets pages show pictures, play films and upload from and to the chosen storage."""
    origins = {
        # Posters of films are private.
        "img-src": [place.private_origin, place.public_origin],
        "media-src": [place.private_origin],
        "connect-src": [place.private_origin, place.upload_origin],
    }
    for name, found in origins.items():
        directives[name] += [each for each in dict.fromkeys(found) if each]


def local(media: Path, private: Path) -> Place:
    """Folders of this machine."""
    return Place(
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


def s3() -> Place:
    """Buckets that speak S3. Addresses of public files are plain: a policy opens `public/`."""
    endpoint = env.address("S3_ENDPOINT_URL")
    # What browsers reach, where the server itself uses another way.
    browser = env.address("S3_BROWSER_ENDPOINT_URL", endpoint)
    style = env.choice("S3_ADDRESSING_STYLE", {"path", "virtual"}, "path")
    bucket = env.text("S3_BUCKET")
    public_bucket = env.text("S3_PUBLIC_BUCKET", bucket)
    public = env.address("S3_PUBLIC_DOMAIN", _bucket_address(browser, public_bucket, style))
    shared = {
        "access_key": env.secret("S3_ACCESS_KEY"),
        "secret_key": env.secret("S3_SECRET_KEY"),
        "endpoint_url": endpoint,
        "browser_endpoint_url": browser if browser != endpoint else None,
        "region_name": env.text("S3_REGION", "us-east-1"),
        "addressing_style": style,
    }
    scheme, _, domain = public.partition("//")
    opened = {"bucket_name": public_bucket, "custom_domain": domain, "url_protocol": scheme}
    hidden = {**shared, "bucket_name": bucket, "signed": True}
    origin = _origin(_bucket_address(browser, bucket, style))
    return Place(
        _areas("s3.S3Area", {**shared, **opened, "signed": False}, hidden),
        public_origin=_origin(public),
        private_origin=origin,
        upload_origin=origin,
    )


def qiniu(public_url: str) -> Place:
    """QINIU_BUCKET is private. Public files lie in it too, unless they have a bucket."""
    hosts = _qiniu_hosts()
    bucket, domain = env.text("QINIU_BUCKET"), env.address("QINIU_DOMAIN")
    public_bucket = env.text("QINIU_PUBLIC_BUCKET", "")
    public = env.address("QINIU_PUBLIC_DOMAIN") if public_bucket else domain
    shared = {
        "access_key": env.secret("QINIU_ACCESS_KEY"),
        "secret_key": env.secret("QINIU_SECRET_KEY"),
        "hosts": hosts,
        "callback_host": urlsplit(public_url).netloc,
    }
    opened = {"bucket": public_bucket or bucket, "domain": public, "signed": not public_bucket}
    hidden = {**shared, "bucket": bucket, "domain": domain, "signed": True}
    areas = _areas("qiniu.QiniuArea", {**shared, **opened}, hidden)
    return Place(areas, _origin(public), _origin(domain), _origin(hosts["up"]))


def _qiniu_hosts() -> dict[str, str]:
    region = env.text("QINIU_REGION", "z0")
    if not QINIU_REGION.fullmatch(region):
        raise ImproperlyConfigured(f"QINIU_REGION is {region!r}; use one like z0 or cn-east-2.")
    up = "https://upload.qiniup.com" if region == "z0" else f"https://upload-{region}.qiniup.com"
    # A private cloud has one address for management.
    api = env.address("QINIU_API_HOST", "https://{}-" + region + ".qiniuapi.com")
    return {
        "up": env.address("QINIU_UP_HOST", up),
        **{name: api.format(name) for name in ("rs", "rsf", "api")},
    }


def _areas(backend: str, public: dict[str, Any], private: dict[str, Any]) -> Areas:
    """Both areas, each below a folder of its own, so that nothing else in a bucket is touched."""
    path = f"luffy_api.libs.storage.{backend}"
    return {
        "default": {"BACKEND": path, "OPTIONS": {**public, "location": "public"}},
        "private": {"BACKEND": path, "OPTIONS": {**private, "location": "private"}},
    }


def _bucket_address(endpoint: str, bucket: str, style: str) -> str:
    scheme, _, host = endpoint.partition("://")
    return f"{endpoint}/{bucket}" if style == "path" else f"{scheme}://{bucket}.{host}"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
