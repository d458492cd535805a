"""course/{id}/preview/section/{id}/…: a preview link plays its own course until it ends."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.utils import timezone

from luffy_api.apps.course import previews
from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.learning import hls
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.tests.factories import CourseFactory, SectionFactory
from luffy_api.tests.private_files import BYTES, store

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
OFFLINE = Course.Status.OFFLINE
FILE = "course/videos/202611/a/draft.mp4"
FOLDER = "course/videos/202611/b/hls"


@pytest.fixture
def draft(folders):
    """A section of a draft, with its file."""
    store(folders, FILE)
    return SectionFactory(course=CourseFactory(status=OFFLINE), video=FILE)


@pytest.fixture
def stream(folders):
    """The same as HLS."""
    store(folders, f"{FOLDER}/index.m3u8", b"#EXTM3U\n#EXTINF:6,\n0.ts\n#EXT-X-ENDLIST\n")
    store(folders, f"{FOLDER}/0.ts")
    return SectionFactory(
        course=CourseFactory(status=OFFLINE),
        video=f"{FOLDER}/x.mp4",
        video_hls=f"{FOLDER}/index.m3u8",
    )


def course_of(section) -> int:
    return int(section.chapter.course_id)


def ask(client, section, *, token=None, course=None, what="play"):
    course = course or course_of(section)
    token = previews.make_token(course) if token is None else token
    address = f"/api/v1/course/{course}/preview/section/{section.pk}/{what}/"
    return client.get(address, {"token": token})


def fetch(client, url):
    """Status and bytes of a file."""
    answer = client.get(url)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body


def segment_of(client, url):
    text = client.get(url).content.decode()
    return next(line for line in text.splitlines() if line and line[0] != "#")


def test_the_holder_of_a_link_watches_a_section_that_nobody_can_buy(api, draft):
    answer = ask(api, draft)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    data = answer.json()["data"]
    assert (data["type"], data["position"], data["watermark"]) == ("mp4", 0, "课程预览")
    assert fetch(api, data["url"]) == (200, BYTES)
    assert not SectionProgress.objects.exists()


def test_a_stream_plays_as_well(api, stream):
    url = ask(api, stream).json()["data"]["url"]

    assert fetch(api, segment_of(api, url)) == (200, BYTES)


def test_a_document_is_read(api, draft):
    page = SectionFactory(
        chapter=draft.chapter, section_type=CourseSection.SectionType.DOCUMENT, content="**正文**"
    )

    assert "<strong>正文</strong>" in ask(api, page, what="content").json()["data"]["html"]
    assert ask(api, draft, what="content").status_code == 404


@pytest.mark.parametrize("what", ["play", "content"])
def test_a_link_to_one_course_opens_no_section_of_another(api, draft, stream, what):
    token = previews.make_token(course_of(draft))

    assert ask(api, stream, token=token, what=what).status_code == 404
    assert ask(api, stream, token=token, course=course_of(draft), what=what).status_code == 404


@pytest.mark.parametrize(
    "forged",
    ["x", "课程", "WzEsOTk5OTk5OTk5OV0:x", signing.Signer(salt="another").sign_object([1, 9**10])],
)
@pytest.mark.parametrize("what", ["play", "content"])
def test_a_token_that_we_did_not_sign_opens_nothing(api, draft, forged, what):
    assert ask(api, draft, token=forged, what=what).status_code == 404


@pytest.mark.parametrize("query", ["", "?token=", f"?token={'x' * 201}", "?token=%00"])
def test_a_token_is_required(api, draft, query):
    address = f"/api/v1/course/{course_of(draft)}/preview/section/{draft.pk}/play/{query}"
    assert api.get(address).status_code == 400


def test_everything_ends_with_the_link(api, draft, stream, settings):
    # Given a link that ends in ten minutes, which is before the signatures would
    settings.PREVIEW_LIFETIME = timedelta(minutes=10)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        token = previews.make_token(course_of(draft))
        file = ask(api, draft).json()["data"]
        playlist = ask(api, stream).json()["data"]["url"]
        segment = segment_of(api, playlist)
        assert datetime.fromisoformat(file["expires_at"]) <= now + timedelta(minutes=10)

    with time_machine.travel(now + timedelta(minutes=10, seconds=1), tick=False):
        assert ask(api, draft, token=token).status_code == 404
        assert fetch(api, file["url"])[0] == 403
        assert api.get(playlist).status_code in (403, 404)
        assert fetch(api, segment)[0] == 403


def test_a_playlist_that_outlives_its_preview_is_closed(api, stream):
    # As one whose token says another end than the preview's
    viewer = hls.Viewer(preview_ends_at=datetime(2026, 1, 1, tzinfo=UTC))
    later = timezone.now() + timedelta(hours=1)
    url = hls.playlist_url(stream.pk, f"{FOLDER}/index.m3u8", viewer=viewer, expires_at=later)

    assert api.get(url).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda section: Course.objects.update(status=Course.Status.ONLINE), 403),
        (lambda section: Course.objects.update(is_delete=True), 404),
        (lambda section: CourseSection.objects.update(is_show=False), 404),
    ],
)
def test_what_was_given_out_ends_when_the_course_is_sold_or_the_section_goes(
    api, draft, stream, change, status
):
    file = ask(api, draft).json()["data"]["url"]
    playlist = ask(api, stream).json()["data"]["url"]
    segment = segment_of(api, playlist)

    change(draft)

    assert ask(api, draft).status_code == status
    assert fetch(api, file)[0] == 403
    assert fetch(api, segment)[0] == 403
    assert api.get(playlist).status_code == status


def test_of_a_course_on_sale_a_link_opens_what_is_free_to_try(api, draft):
    Course.objects.update(status=Course.Status.ONLINE)
    CourseSection.objects.update(free_trail=True)

    assert fetch(api, ask(api, draft).json()["data"]["url"]) == (200, BYTES)


def test_an_announced_course_is_still_a_preview(api, draft):
    Course.objects.update(status=Course.Status.ANNOUNCED)

    assert ask(api, draft).status_code == 200


def test_a_preview_gives_no_access_to_the_ordinary_addresses(api, student_api, draft):
    token = previews.make_token(course_of(draft))
    for client in (api, student_api):
        for query in ("", f"?token={token}", f"?preview={token}"):
            address = f"/api/v1/course/section/{draft.pk}/play/{query}"
            assert client.get(address).status_code in (400, 404)


def test_a_link_has_no_progress_and_costs_two_queries(api, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert ask(api, draft).status_code == 200
