"""Pictures in several widths: made by the task runner, shown by the API, removed when unused."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from luffy_api.apps.course.covers import COVERS
from luffy_api.apps.course.models import Course
from luffy_api.apps.home.banner_images import BANNERS, PHONE_BANNERS
from luffy_api.apps.home.models import Banner
from luffy_api.libs.storage import StorageUnavailable, public_storage
from luffy_api.tests.back_office import save
from luffy_api.tests.factories import BannerFactory, CourseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders"), pytest.mark.any_database]
LISTS = "/api/v1/course/"


def picture(size: tuple[int, int] = (900, 500)) -> bytes:
    """Blots: pure noise takes twice as long to compress."""
    file = io.BytesIO()
    Image.effect_noise((90, 50), 60).resize(size).convert("RGB").save(file, "PNG")
    return file.getvalue()


def course(name: str = "a.png", **fields: object) -> Course:
    return CourseFactory(
        course_img=public_storage().save(f"course/covers/{name}", ContentFile(picture())), **fields
    )


def shown(api) -> list[tuple[str, int]]:
    [card] = api.get(LISTS).json()["data"]["results"]
    detail = api.get(f"{LISTS}{card['id']}/").json()["data"]
    assert detail["course_img_set"] == card["course_img_set"]
    return [(each["url"], each["width"]) for each in card["course_img_set"]]


def stored() -> set[str]:
    return {info.name for info in public_storage().list_names("course/covers/renditions/")}


def test_a_cover_is_shown_in_all_widths_once_they_are_made(api):
    course()
    assert shown(api) == []

    assert COVERS.make_missing() == 1

    urls = shown(api)
    assert [width for _, width in urls] == [400, 640, 900]
    for url, width in urls:
        name = url.removeprefix("/media/")
        with Image.open(public_storage().path(name)) as image:
            assert image.width == width
    assert COVERS.make_missing() == 0


@pytest.mark.any_database
def test_banners_have_versions_too(api):
    name = public_storage().save("banner/a.png", ContentFile(picture(size=(1240, 400))))
    BannerFactory(image=name)

    BANNERS.make_missing()

    [banner] = api.get("/api/v1/home/banner/").json()["data"]
    assert [each["width"] for each in banner["image_set"]] == [480, 960, 1240]
    assert banner["image"] == f"/media/{name}"


def test_what_phones_show_of_a_banner_survives_the_cleaning_of_the_other_picture(api):
    name = public_storage().save("banner/phone/a.png", ContentFile(picture(size=(960, 480))))
    BannerFactory(phone_image=name)
    PHONE_BANNERS.make_missing()
    [banner] = api.get("/api/v1/home/banner/").json()["data"]
    made = [each["url"].removeprefix("/media/") for each in banner["phone_image_set"]]
    for file in made:
        os.utime(public_storage().path(file), (0, 0))

    BANNERS.clean_up()
    PHONE_BANNERS.clean_up()

    assert banner["phone_image"] == f"/media/{name}"
    assert [each["width"] for each in banner["phone_image_set"]] == [480, 960]
    assert all(public_storage().exists(file) for file in made)


def test_the_files_of_another_picture_are_never_shown(api):
    row = course("a.png")
    COVERS.make_missing()

    # A form, and a statement that knows nothing of the versions.
    for name in ("b.png", "c.png"):
        other = public_storage().save(f"course/covers/{name}", ContentFile(picture()))
        if name == "b.png":
            row.refresh_from_db()
            row.course_img = other
            row.save()
        else:
            COVERS.make_missing()
            Course.objects.update(course_img=other)
        assert shown(api) == []


@pytest.mark.any_database
def test_a_picture_that_a_statement_has_replaced_is_made_anew_after_the_night(api):
    course("a.png")
    COVERS.make_missing()
    other = public_storage().save("course/covers/b.png", ContentFile(picture()))
    Course.objects.update(course_img=other)
    assert COVERS.make_missing() == 0

    COVERS.clean_up()

    assert COVERS.make_missing() == 1
    assert len(shown(api)) == 3


def test_a_picture_that_is_replaced_while_its_versions_are_made_keeps_none_of_them(api):
    row = course("a.png")
    resize = "luffy_api.common.pictures.resize"

    def replaced(data: bytes, widths: object) -> dict[int, bytes | None]:
        Course.objects.filter(pk=row.pk).update(course_img="course/covers/b.png")
        return {360: picture()}

    with mock.patch(resize, replaced):
        COVERS.make_missing()

    row.refresh_from_db()
    assert row.course_img_set is None


@pytest.mark.any_database
@pytest.mark.parametrize("content", [None, b"<svg/>"], ids=["missing", "no picture"])
def test_a_picture_without_versions_is_tried_once_and_holds_up_no_other(api, content):
    name = "course/covers/bad.png"
    if content:
        public_storage().save(name, ContentFile(content))
    CourseFactory(course_img=name, kind=Course.Kind.LIGHT)
    course(orders=1)

    assert COVERS.make_missing() == 2
    assert COVERS.make_missing() == 0

    bad, good = Course.objects.order_by("pk").values_list("course_img_set", flat=True)
    assert (bad["files"], len(good["files"])) == ([], 3)


@pytest.mark.any_database
def test_while_the_storage_is_away_nothing_is_written_down():
    row = course()

    with (
        mock.patch.object(type(public_storage()), "exists", side_effect=StorageUnavailable),
        pytest.raises(StorageUnavailable),
    ):
        COVERS.make_missing()

    row.refresh_from_db()
    assert row.course_img_set is None


@pytest.mark.any_database
def test_half_a_file_of_a_run_that_was_killed_is_made_anew(api):
    row = course()
    COVERS.make_missing()
    urls = shown(api)
    path = public_storage().path(urls[0][0].removeprefix("/media/"))
    Path(path).write_bytes(Path(path).read_bytes()[:100])
    Course.objects.filter(pk=row.pk).update(course_img_set=None)

    COVERS.make_missing()

    assert shown(api) == urls
    with Image.open(path) as image:
        assert image.width == 400


@pytest.mark.any_database
def test_lost_files_are_made_anew_after_the_night(api):
    course()
    COVERS.make_missing()
    made = shown(api)
    public_storage().delete(sorted(stored())[0])

    COVERS.clean_up()

    assert shown(api) == []
    assert COVERS.make_missing() == 1
    assert shown(api) == made
    COVERS.clean_up()
    assert shown(api) == made


@pytest.mark.any_database
def test_unused_files_are_removed_after_a_day():
    row = course()
    COVERS.make_missing()
    first = stored()
    row.refresh_from_db()
    row.course_img = public_storage().save("course/covers/b.png", ContentFile(picture()))
    row.save()
    COVERS.make_missing()
    second = stored() - first
    assert (len(first), len(second)) == (3, 3)
    assert COVERS.clean_up() == 0

    old = (timezone.now() - timedelta(days=2)).timestamp()
    for name in stored():
        os.utime(public_storage().path(name), (old, old))

    assert COVERS.clean_up() == 3
    assert stored() == second
    assert public_storage().exists("course/covers/a.png")


@pytest.mark.parametrize("model", [Course, Banner])
def test_a_picture_that_is_saved_in_the_back_office_is_made_at_once(
    admin_client, django_capture_on_commit_callbacks, model
):
    row, name, made = rows(model)
    with django_capture_on_commit_callbacks(execute=True):
        save(admin_client, row, orders=7)
    row.refresh_from_db()
    assert (row.orders, getattr(row, made)) == (7, None)

    with django_capture_on_commit_callbacks(execute=True):
        save(admin_client, row, **{name: SimpleUploadedFile("b.png", picture())})

    row.refresh_from_db()
    assert getattr(row, made)["of"] == getattr(row, name).name
    assert len(getattr(row, made)["files"]) > 1


def rows(model: type[Course] | type[Banner]) -> tuple[Any, str, str]:
    """A row with a picture, the name of that field and of the one for its versions."""
    if model is Course:
        return course(), "course_img", "course_img_set"
    name = public_storage().save("banner/a.png", ContentFile(picture()))
    return BannerFactory(image=name), "image", "image_set"
