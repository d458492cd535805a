"""The picture of a course that is kept on a phone and shown to others."""

import io
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image, ImageChops, ImageFont

from luffy_api.apps.course import share_drawing, share_pictures
from luffy_api.apps.course.models import Course
from luffy_api.apps.school.models import SiteSettings
from luffy_api.common.codes import Code
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    TeacherFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def nothing_kept():
    share_pictures._store.cache_clear()


@pytest.fixture
def course() -> Course:
    course: Course = CourseFactory(
        name="爬虫实战", price="199.00", teacher=TeacherFactory(name="王")
    )
    return course


def address(course: Course) -> str:
    return f"/api/v1/course/{course.pk}/share/"


def picture(client: Client, course: Course) -> Image.Image:
    answer = client.get(address(course))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


@pytest.mark.every_database
def test_everybody_gets_a_png_of_the_course(client, course):
    found = picture(client, course)

    assert found.size == (share_drawing.WIDTH, share_drawing.HEIGHT)
    # Something is written in each part: name, price, foot.
    for top, bottom in ((440, 620), (780, 870), (900, 1150)):
        assert len(found.crop((0, top, 750, bottom)).getcolors(1 << 20) or ()) > 5


def test_a_link_has_the_cover_as_a_jpeg_of_the_size_that_chats_show(client, course):
    file = io.BytesIO()
    Image.new("RGBA", (800, 450), "#0000ff80").save(file, "WEBP")
    name = default_storage.save("course/covers/card.webp", ContentFile(file.getvalue()))
    without = client.get(f"{address(course)}card/")
    Course.objects.update(course_img=name)

    answer = client.get(f"{address(course)}card/")
    known = client.get(f"{address(course)}card/", headers={"if-none-match": answer["ETag"]})

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    found = Image.open(io.BytesIO(answer.content))
    assert (found.format, found.size) == ("JPEG", share_drawing.CARD)
    # Half of it is the paper below.
    pixel = found.getpixel((600, 315))
    assert all(abs(a - b) < 6 for a, b in zip(pixel, (127, 127, 255), strict=True))
    assert len(Image.open(io.BytesIO(without.content)).getcolors(1 << 20) or ()) > 5
    assert known.status_code == 304
    assert client.get("/api/v1/course/999/share/card/").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda course: Course.objects.update(name="数据分析"),
        lambda course: Course.objects.update(brief="别的简介"),
        lambda course: Course.objects.update(price="299.00"),
        lambda course: course.teacher.__class__.objects.update(name="李"),
        lambda course: DiscountFactory(courses=[course]),
        lambda course: SiteSettings.objects.create(name="启明学堂"),
    ],
)
def test_a_change_is_drawn(client, course, change):
    before = client.get(address(course))

    change(course)
    after = client.get(address(course), headers={"if-none-match": before["ETag"]})

    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


@pytest.mark.every_database
def test_what_has_not_changed_is_neither_drawn_nor_sent_again(
    client, course, django_assert_max_num_queries
):
    first = client.get(address(course))
    kept = share_pictures._store().bytes

    with django_assert_max_num_queries(10):
        again = client.get(address(course))
    known = client.get(address(course), headers={"if-none-match": first["ETag"]})

    assert again.content == first.content
    assert share_pictures._store().bytes == kept > 0
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert "max-age=60" in known["Cache-Control"]


def test_memory_is_bounded(client, settings, course):
    first = client.get(address(course))
    settings.SHARE_PICTURES_BYTES = len(first.content) * 3
    share_pictures._store.cache_clear()

    for _ in range(6):
        client.get(address(CourseFactory()))

    assert 0 < share_pictures._store().bytes <= settings.SHARE_PICTURES_BYTES


@pytest.mark.parametrize(
    "hidden", [{"is_show": False}, {"is_delete": True}, {"status": Course.Status.OFFLINE}]
)
def test_a_course_that_visitors_do_not_see_has_no_picture(client, course, hidden):
    owner = logged_in(EnrollmentFactory(course=course).user)
    Course.objects.filter(pk=course.pk).update(**hidden)

    assert client.get(address(course)).status_code == 404
    assert owner.get(address(course)).json()["code"] == Code.NOT_FOUND.value


@pytest.mark.parametrize("pk", ["0", "999", "9" * 30, "x", "-1"])
def test_an_unknown_course_has_none(client, pk):
    assert client.get(f"/api/v1/course/{pk}/share/").status_code == 404


@pytest.mark.parametrize("accept", ["image/png", "image/avif,image/*;q=0.8", "*/*", "text/html"])
def test_whoever_shows_pictures_gets_it(client, course, accept):
    assert client.get(address(course), headers={"accept": accept}).status_code == 200


def test_it_is_only_read(client, course):
    assert client.post(address(course)).status_code == 405


def test_one_address_has_a_limit(client, settings, course):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "share": {"address": (2, 60)}}

    answers = [client.get(address(course)) for _ in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def a_cover(course: Course, data: bytes) -> str:
    name = default_storage.save("course/covers/share.png", ContentFile(data))
    Course.objects.filter(pk=course.pk).update(course_img=name)
    return name


def png(size: tuple[int, int], colour: tuple[int, ...], mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG")
    return file.getvalue()


def test_the_cover_fills_its_place(client, course):
    name = a_cover(course, png((2000, 400), (0, 0, 255)))

    found = picture(client, course)

    for at in ((0, 0), (749, 0), (375, 200), (749, 420)):
        assert found.getpixel(at) == (0, 0, 255)
    default_storage.delete(name)


@pytest.mark.parametrize(
    "data", [b"", b"no picture", png((8, 8), (1, 2, 3))[:40], png((4, 4), (9, 9, 9, 0), "RGBA")]
)
def test_a_cover_that_cannot_be_shown_breaks_nothing(client, course, data):
    name = a_cover(course, data)

    picture(client, course)

    default_storage.delete(name)


def test_a_cover_that_is_lost_or_too_large_is_left_out(client, settings, course):
    without = picture(client, course)
    Course.objects.update(course_img="course/covers/lost.png")
    share_pictures._store.cache_clear()
    assert not ImageChops.difference(without, picture(client, course)).getbbox()

    settings.IMAGE_MAX_PIXELS = 100
    name = a_cover(course, png((200, 200), (0, 0, 255)))
    share_pictures._store.cache_clear()
    assert not ImageChops.difference(without, picture(client, course)).getbbox()
    default_storage.delete(name)


@pytest.mark.parametrize(
    "name",
    ["很" * 128, "W" * 128, "🎉🎉", "\u202e倒\u0000过来", "<b>&</b>", "a " * 64, "，" * 128],
)
def test_any_name_can_be_drawn(client, course, name):
    Course.objects.update(name=name, brief=name * 16)

    assert picture(client, course).size[0] == share_drawing.WIDTH


def test_texts_are_broken_between_words_and_cut_at_the_end():
    font: ImageFont.FreeTypeFont = share_drawing._font(40)

    lines = share_drawing.wrapped("学 Scrapy 分布式采集，" * 9, font, width=400, lines=3)

    assert len(lines) == 3
    assert all(font.getlength(line) <= 440 for line in lines)
    assert not any(line.startswith(("，", " ")) for line in lines)
    assert lines[-1].endswith("…")
    assert "Scrapy" in lines[0]


def test_one_is_drawn_at_a_time_and_nobody_waits_for_ever(client, course, monkeypatch):
    monkeypatch.setattr(share_pictures, "QUEUE_TIMEOUT", 0.05)
    held = threading.Event()
    done = threading.Event()

    def hold() -> None:
        with share_pictures._drawing:
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    busy = client.get(address(course))
    done.set()
    thread.join()

    assert busy.status_code == 503
    assert int(busy["Retry-After"]) > 0
    assert client.get(address(course)).status_code == 200
