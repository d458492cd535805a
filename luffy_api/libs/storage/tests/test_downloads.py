"""A download and what is opened do not share a URL, and nobody renames a download."""

from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from luffy_api.libs.storage import private_storage
from luffy_api.libs.storage.tests.test_storages import get, soon

NAME = "course/attachments/路飞 课件.zip"


@pytest.fixture
def urls():
    """Of the same file: to be opened, and to be saved."""
    private_storage().save(NAME, ContentFile(b"PK"))
    opened = private_storage().signed_url(NAME, expires_at=soon())
    return opened, private_storage().signed_url(NAME, expires_at=soon(), download=True)


def test_the_prefix_of_a_local_download_is_signed(local, urls):
    opened, download = urls
    assert get(download.replace("/.download/", "/"))[0] == 403
    assert get(opened.replace("/course/", "/.download/course/"))[0] == 403
    assert get(download)[0] == 200


def test_the_name_that_qiniu_gives_is_signed(qiniu, urls):
    opened, download = urls
    assert f"?attname={quote('路飞 课件.zip')}&e=" in download
    assert get(download.replace("attname=", "attname=x"))[0] == 401
    assert get(download.replace(f"attname={quote('路飞 课件.zip')}&", ""))[0] == 401
    assert get(opened.replace("?e=", "?attname=x&e="))[0] == 401
    assert get(download)[0] == 200


def test_the_name_that_s3_gives_is_signed(s3, urls):
    opened, download = urls
    asked = download.partition("?")[2].partition("&")[0]
    assert asked.startswith("response-content-disposition=attachment")
    assert get(download.replace(asked, f"{asked}x"))[0] == 403
    assert get(download.replace(f"{asked}&", ""))[0] == 403
    assert get(opened.replace("?", f"?{asked}&"))[0] == 403
    assert get(download)[0] == 200


def test_behind_nginx_a_download_is_still_one(local, urls, settings):
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    answer = Client().get(urls[1])
    assert answer["X-Accel-Redirect"] == f"/protected/private/{quote(NAME)}"
    assert quote("路飞 课件.zip") in answer["Content-Disposition"]
