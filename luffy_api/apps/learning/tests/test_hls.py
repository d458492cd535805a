"""section/{id}/hls/{token}/…: playlists that know their viewer."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.user.models import User
from luffy_api.apps.video.models import Video
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory
from luffy_api.tests.private_files import store

# What playlists say does not depend on the database.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FOLDER = "course/videos/202611/one/hls"


def segments(answer):
    return [line for line in answer.content.decode().splitlines() if line and line[0] != "#"]


def status(client, url):
    """The status of a file's answer, read to its end."""
    answer = client.get(url)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def play(client, section):
    return client.get(f"/api/v1/course/section/{section.pk}/play/").json()["data"]


@pytest.fixture
def video(db, folders):
    """A paid section of ten minutes with one quality of two segments."""
    store(folders, f"{FOLDER}/index.m3u8", b"#EXTM3U\n#EXT-X-STREAM-INF:X=1\n720p/index.m3u8\n")
    parts = b"#EXTM3U\n#EXTINF:6,\n00000.ts\n#EXTINF:6,\n00001.ts\n#EXT-X-ENDLIST\n"
    store(folders, f"{FOLDER}/720p/index.m3u8", parts)
    for number in range(2):
        store(folders, f"{FOLDER}/720p/0000{number}.ts")
    store(folders, "course/videos/202611/one/source.mp4")
    return SectionFactory(
        video="course/videos/202611/one/source.mp4", video_hls=f"{FOLDER}/index.m3u8"
    )


@pytest.fixture
def owner(video, student):
    return EnrollmentFactory(user=student, course=video.chapter.course)


def quality(client, section):
    """The URL of the video's only quality."""
    data = play(client, section)
    assert data["type"] == "hls"
    [name] = segments(client.get(data["url"]))
    return data["url"].replace("index.m3u8", name)


def test_a_player_without_a_token_of_login_plays_by_the_address_alone(
    api, student_api, video, owner
):
    answer = api.get(quality(student_api, video))
    assert answer["Content-Type"] == "application/vnd.apple.mpegurl"
    assert answer["Cache-Control"] == "private, no-store"
    urls = segments(answer)
    assert len(urls) == 2
    assert {status(api, url) for url in urls} == {200}


def test_after_a_refund_nothing_plays(api, student_api, video, owner):
    master = play(student_api, video)["url"]
    playlist = quality(student_api, video)
    parts = segments(api.get(playlist))
    Enrollment.objects.all().delete()
    for url in (master, playlist):
        answer = api.get(url)
        assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert {status(api, part) for part in parts} == {403}
    assert student_api.get(f"/api/v1/course/section/{video.pk}/play/").status_code == 403


def test_segments_live_as_long_as_the_video_and_a_pause(api, student_api, video, owner, settings):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        [first, _] = segments(api.get(quality(student_api, video)))
    life = timedelta(seconds=video.duration) + settings.URL_GRACE_PERIOD
    for seconds, expected in [(-2, 200), (2, 403)]:
        with time_machine.travel(now + life + timedelta(seconds=seconds)):
            assert status(api, first) == expected


def test_a_copied_address_dies_after_two_hours(api, student_api, video, owner, settings):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        url = quality(student_api, video)
    for seconds, expected in [(-2, 200), (1, 403)]:
        with time_machine.travel(
            now + settings.SIGNED_URL_MAX_LIFETIME + timedelta(seconds=seconds)
        ):
            assert api.get(url).status_code == expected


def test_a_trial_plays_for_a_visitor(api, video):
    CourseSection.objects.update(free_trail=True)
    assert len(segments(api.get(quality(api, video)))) == 2


def test_a_trial_that_ended_plays_for_visitors_no_longer(api, video):
    CourseSection.objects.update(free_trail=True)
    url = quality(api, video)
    CourseSection.objects.update(free_trail=False)
    assert api.get(url).status_code == 401


def test_an_account_that_was_closed_plays_nothing(api, student_api, video, owner):
    url = quality(student_api, video)
    User.objects.update(is_active=False)
    assert api.get(url).status_code == 403


def test_an_edited_address_is_refused(api, student_api, video, owner):
    url = play(student_api, video)["url"]
    token = url.split("/")[7]
    for place in (0, len(token) // 2, len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        edited = url.replace(token, token[:place] + other + token[place + 1 :])
        assert api.get(edited).status_code == 403
    assert api.get(url.replace(token, "x")).status_code == 403


def test_the_address_of_one_section_opens_no_other(api, student_api, video, owner):
    url = play(student_api, video)["url"]
    other = SectionFactory(chapter=video.chapter, video_hls=f"{FOLDER}/index.m3u8")
    assert api.get(url.replace(f"section/{video.pk}/", f"section/{other.pk}/")).status_code == 403


def test_the_address_of_a_video_that_was_replaced_dies(api, student_api, video, owner):
    url = play(student_api, video)["url"]
    Video.objects.filter(section=video).update(hls="course/videos/other/index.m3u8")
    assert api.get(url).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "720p/00000.ts",
        "../source.mp4",
        "720p/../../other/index.m3u8",
        "..%2f..%2fother/index.m3u8",
        "other.m3u8",
        "gone/index.m3u8",
        "720p//index.m3u8",
        "x" * 3000 + "/index.m3u8",
    ],
)
def test_the_address_opens_the_videos_playlists_and_nothing_else(
    api, student_api, video, owner, folders, name
):
    store(folders, "course/videos/202611/one/other/index.m3u8", b"#EXTM3U\n")
    store(folders, f"{FOLDER}/other.m3u8", b"#EXTM3U\n")
    url = play(student_api, video)["url"].replace("index.m3u8", name)
    assert api.get(url).status_code == 404


@pytest.mark.parametrize(
    "text",
    [b"", b"no playlist", b"#EXTM3U\nhttp://evil.example/a.ts\n", b"#EXTM3U\n../x.ts\n", b"\xff"],
)
def test_a_playlist_that_leads_elsewhere_is_not_served(
    api, student_api, video, owner, folders, text
):
    store(folders, f"{FOLDER}/720p/index.m3u8", text)
    url = play(student_api, video)["url"].replace("index.m3u8", "720p/index.m3u8")
    assert api.get(url).status_code == 404


def test_a_fixed_number_of_queries(api, student_api, video, owner, django_assert_num_queries):
    url = quality(student_api, video)
    with django_assert_num_queries(1):
        api.get(url)


@pytest.mark.parametrize(("setting", "shown"), [(True, "138****5678"), (False, "")])
def test_the_watermark_is_the_masked_number(student_api, video, owner, settings, setting, shown):
    settings.PLAYER_WATERMARK = setting
    assert play(student_api, video)["watermark"] == shown


def test_a_viewer_without_a_number_is_marked_by_name(student, student_api, video, owner):
    User.objects.update(mobile=None)
    assert play(student_api, video)["watermark"] == student.username


def test_the_poster_has_an_address_of_its_own(api, student_api, video, owner, folders):
    store(folders, "course/videos/202611/one/poster.jpg", b"\xff\xd8")
    Video.objects.update(poster="course/videos/202611/one/poster.jpg")
    url = play(student_api, video)["poster"]
    assert status(api, url) == 200
    assert status(api, url.replace("poster", "source")) == 403


@pytest.mark.parametrize(
    ("state", "message"),
    [(2, "视频正在处理中，请稍后再来"), (4, "该课时暂无可播放的内容")],
)
def test_a_video_that_browsers_cannot_show_waits_for_its_conversion(
    student_api, video, owner, state, message
):
    Video.objects.update(hls="", plays_natively=False, state=state)
    answer = student_api.get(f"/api/v1/course/section/{video.pk}/play/")
    assert (answer.status_code, answer.json()["msg"]) == (404, message)


def test_a_video_that_browsers_can_show_plays_while_it_is_converted(student_api, video, owner):
    Video.objects.update(hls="", plays_natively=True, state=2)
    assert play(student_api, video)["type"] == "mp4"
