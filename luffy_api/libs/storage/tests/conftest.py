"""Each storage in turn, chosen by the settings as the shop chooses it."""

import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.storage import storages

from luffy_api.libs.storage.tests import s3_signing
from luffy_api.libs.storage.tests.fake_qiniu import BUCKET, FakeQiniu
from luffy_api.libs.storage.tests.qiniu_signing import ACCESS_KEY, SECRET_KEY
from luffy_api.libs.storage.tests.real_s3 import RealS3
from luffy_api.libs.storage.tests.signed_s3 import REGION, SignedS3

PACKAGE = "luffy_api.libs.storage"
S3_CLASSES = {"default": "s3.S3Storage", "private": "s3.PrivateS3Storage"}


@dataclass
class Place:
    """A storage under test; `peer` is its folder, its URL or its server.

    `options` are those of the public and private storage by alias (S3).
    """

    provider: str
    peer: Any = None
    options: dict[str, dict[str, Any]] = field(default_factory=dict)


def choose(settings, backend, **options):
    """Makes `backend` the public and private storage; `options` by alias."""
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            alias: {"BACKEND": f"{PACKAGE}.{backend[alias]}", "OPTIONS": options[alias]}
            for alias in ("default", "private")
        },
    }


@pytest.fixture(autouse=True)
def _database(db):
    """Nothing here asks it, but at the end of a request Django looks after open connections."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")


@pytest.fixture
def local(settings, tmp_path):
    """Folders of this test."""
    classes = {"default": "local.LocalStorage", "private": "local.PrivateLocalStorage"}
    folders = {
        "default": {"location": tmp_path / "default", "base_url": "/media/"},
        "private": {"location": tmp_path / "private", "base_url": "/files/"},
    }
    choose(settings, classes, **folders)
    return Place("local", tmp_path)


@pytest.fixture(scope="session")
def s3_server():
    """An S3 server; the real one of a configured provider, where its name is given."""
    real = os.environ.get("STORAGE_TEST_PROVIDER")
    server = RealS3(real) if real else SignedS3().start()
    yield server
    server.stop()


def s3_options(endpoint, bucket):
    """The options of public and private storage, as settings/files.py makes them."""
    shared = {
        "access_key": s3_signing.ACCESS_KEY,
        "secret_key": s3_signing.SECRET_KEY,
        "bucket_name": bucket,
        "endpoint_url": endpoint,
        "region_name": REGION,
        "addressing_style": "path",
    }
    return {
        "default": {**shared, "location": "public"},
        "private": {**shared, "location": "private"},
    }


@pytest.fixture
def s3(settings, s3_server, request):
    """A bucket of this test."""
    bucket = f"b{abs(hash(request.node.nodeid))}"
    s3_server.create_bucket(bucket)
    is_real = isinstance(s3_server, RealS3)
    options = s3_server.options(bucket) if is_real else s3_options(s3_server.url, bucket)
    choose(settings, S3_CLASSES, **options)
    assert storages["private"].bucket_name == bucket
    return Place("s3", s3_server.url, options)


def qiniu_options(fake, *, bucket=BUCKET, public=None):
    """The options of public and private storage, as settings/files.py makes them."""
    shared = {
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "hosts": dict.fromkeys(("up", "rs", "rsf", "api"), fake.url),
        "callback_host": "school.example",
    }

    def options(location, bucket, signed):
        place = {"location": location, "bucket": bucket, "domain": f"{fake.url}/d/{bucket}"}
        return {**shared, **place, "signed": signed}

    return {
        "default": options("public", public or bucket, public is None),
        "private": options("private", bucket, True),
    }


@pytest.fixture
def qiniu(settings):
    """A Qiniu of this test."""
    from qiniu import config

    before = dict(config._config)
    fake = FakeQiniu().start()
    classes = {"default": "qiniu.QiniuStorage", "private": "qiniu.PrivateQiniuStorage"}
    choose(settings, classes, **qiniu_options(fake))
    yield Place("qiniu", fake)
    fake.stop()
    # The SDK's defaults are those of the process.
    config._config.update(before)


@pytest.fixture(params=["local", "s3", "qiniu"])
def place(request):
    """Every storage in turn."""
    return request.getfixturevalue(request.param)
