"""A storage that does not answer is a 503 wherever files are touched, and soon."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from luffy_api.apps.home.models import Banner
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.s3_storages import at_s3

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _nobody_there(settings):
    at_s3(settings, "http://127.0.0.1:9")


def picture():
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(file, "PNG")
    return SimpleUploadedFile("a.png", file.getvalue(), "image/png")


def test_the_api_says_when_to_come_back(student_api):
    answer = student_api.put("/api/v1/user/avatar/", {"icon": picture()}, format="multipart")
    assert answer.status_code == 503
    assert answer.json()["code"] == 1503
    assert int(answer["Retry-After"]) > 0


def test_the_back_office_says_so_too():
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    form = {"title": "a banner", "image": picture(), "link": "/", "orders": 1}
    answer = client.post("/admin/home/banner/add/", form)
    assert (answer.status_code, "暂时不可用" in answer.content.decode()) == (503, True)
    assert not Banner.objects.exists()
