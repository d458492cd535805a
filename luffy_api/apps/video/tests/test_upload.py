"""course/upload/: a video on its way from the back office's page to its section."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video.models import TranscodingJob, Video, VideoUpload
from luffy_api.apps.video.tests.uploading import (
    BASE,
    FTYP,
    begin,
    bring,
    complete,
    put,
    video_bytes,
)
from luffy_api.conftest import logged_in
from luffy_api.libs.storage import local_uploads
from luffy_api.tests.back_office import save
from luffy_api.tests.factories import SectionFactory, UserFactory, current_video

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"


def files(folders):
    """Everything in the private area."""
    return sorted(
        str(p.relative_to(folders / "private"))
        for p in (folders / "private").rglob("*")
        if p.is_file()
    )


@pytest.fixture
def empty(db, folders):
    """A section that has no video yet."""
    return SectionFactory(video="", duration=0)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(local_uploads, "PART_SIZE", 16 * 1024)


def test_a_video_becomes_playable(staff_api, student_api, empty, folders, tmp_path):
    # Given a video of several parts
    content = video_bytes(tmp_path, size="640x360", seconds=3)
    assert len(content) > 2 * 16 * 1024
    # When it is uploaded part by part
    pk, answer = bring(staff_api, empty, content)
    # Then it was converted (tests have no queue to wait for) and the section knows all about it
    assert answer.status_code == 200
    data = staff_api.get(f"{BASE}{pk}/").json()["data"]
    assert (data["state"], data["state_name"], data["progress"]) == (3, "可播放", 100)
    assert (data["playable"], data["hls"], data["duration"]) == (True, True, 3)
    empty.refresh_from_db()
    video = current_video(empty)
    assert video.file.name == VideoUpload.objects.get().key
    assert (folders / "private" / video.file.name).read_bytes() == content
    assert (folders / "private" / video.poster).read_bytes()[:2] == b"\xff\xd8"
    course = empty.chapter.course
    course.refresh_from_db()
    assert (course.sections, course.pub_sections, course.length) == (1, 1, 3)
    assert TranscodingJob.objects.get().state == TranscodingJob.State.DONE


def test_an_upload_that_stopped_goes_on_where_it_was(staff_api, empty):
    content = FTYP + b"x" * 40_000
    first = begin(staff_api, empty, content).json()["data"]
    assert (first["provider"], first["part_size"], first["parts_done"]) == ("local", 16384, [])
    put(staff_api, first["id"], 2, content[16384:32768])
    again = begin(staff_api, empty, content).json()["data"]
    assert (again["id"], again["key"], again["parts_done"]) == (first["id"], first["key"], [2])
    put(staff_api, first["id"], 1, content[:16384])
    put(staff_api, first["id"], 1, content[:16384])
    assert staff_api.get(f"{BASE}{first['id']}/").json()["data"]["parts_done"] == [1, 2]
    answer = complete(staff_api, first["id"])
    assert (answer.status_code, answer.json()["msg"]) == (400, "视频还没有上传完整，请继续上传")
    put(staff_api, first["id"], 3, content[32768:])
    assert complete(staff_api, first["id"]).status_code == 200


def test_another_file_for_the_same_section_ends_the_first_upload(staff_api, empty, folders):
    first = begin(staff_api, empty).json()["data"]
    put(staff_api, first["id"], 1, FTYP)
    second = begin(staff_api, empty, filename="另一个.mp4").json()["data"]
    assert second["id"] != first["id"]
    data = staff_api.get(f"{BASE}{first['id']}/").json()["data"]
    assert (data["state"], data["error"]) == (4, "上传已取消")
    assert put(staff_api, first["id"], 1, FTYP).status_code == 409
    assert len(files(folders)) == 2


def test_a_second_confirmation_changes_nothing(staff_api, empty):
    pk, first = bring(staff_api, empty)
    second = complete(staff_api, pk)
    assert second.status_code == 200
    assert second.json()["data"]["id"] == first.json()["data"]["id"]
    assert TranscodingJob.objects.count() == 1


def test_giving_up_leaves_nothing_behind(staff_api, empty, folders):
    pk = begin(staff_api, empty).json()["data"]["id"]
    put(staff_api, pk, 1, FTYP)
    assert [staff_api.delete(f"{BASE}{pk}/").status_code for _ in range(2)] == [200, 200]
    assert files(folders) == []
    answer = complete(staff_api, pk)
    assert (answer.status_code, answer.json()["msg"]) == (409, "上传已取消，请重新上传")
    assert current_video(empty) is None


def test_giving_up_after_the_end_takes_no_video_away(staff_api, empty, folders):
    pk, _ = bring(staff_api, empty)
    assert staff_api.delete(f"{BASE}{pk}/").status_code == 200
    assert (folders / "private" / current_video(empty).file.name).exists()


def test_a_file_of_another_container_plays_once_it_is_transcoded(
    staff_api, student_api, admin_client, folders, tmp_path
):
    for kind, muxer, by_form in [
        ("mov", "mov", False),
        ("mkv", "matroska", True),
        ("webm", "matroska", False),
    ]:
        # Given a section that anybody may watch, and a file as teachers have it
        section = SectionFactory(video="", duration=0, free_trail=True)
        content = video_bytes(tmp_path, size="160x90", seconds=1, kind=muxer)
        # When it is brought up part by part, or on the form
        if by_form:
            file = SimpleUploadedFile(f"课.{kind}", content)
            assert save(admin_client, section, video=file).status_code == 302
        else:
            _, answer = bring(staff_api, section, content, filename=f"课.{kind.upper()}")
            assert answer.status_code == 200, kind
        # Then it plays as HLS, and never as it is
        video = current_video(section)
        assert video.file.name.endswith(f".{kind}")
        assert (video.state, bool(video.hls), video.plays_natively) == (3, True, False), kind
        url = f"/api/v1/course/section/{section.pk}/play/"
        assert student_api.get(url).json()["data"]["type"] == "hls"
        Video.objects.filter(pk=video.pk).update(hls="", state=Video.State.PROCESSING)
        assert student_api.get(url).json()["msg"] == "视频正在处理中，请稍后再来", kind


@pytest.mark.any_database
@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"GIF89a" + FTYP,
        b"PK\x03\x04" + FTYP,
        b"\x89PNG\r\n\x1a\n" + FTYP,
        b"%PDF-1.7\n" + FTYP,
        b"\0" * 5000,
        b"x",
        PLAYLIST,
        b"FLV\x01\x05\x00\x00\x00\x09" + b"x" * 50,
    ],
)
def test_what_is_no_mp4_is_refused_whatever_its_name_says(staff_api, empty, folders, content):
    pk, answer = bring(staff_api, empty, content)
    assert answer.status_code == 400
    assert answer.json()["msg"] == "文件内容不是有效的 MP4 视频"
    assert files(folders) == []
    assert complete(staff_api, pk).status_code == 409
    assert current_video(empty) is None
    assert staff_api.get(f"{BASE}{pk}/").json()["data"]["state"] == 4


@pytest.mark.any_database
@pytest.mark.parametrize(
    "content", [FTYP, FTYP + b"<script>alert(1)</script>" * 99, FTYP + b"PK\x03\x04" * 99]
)
def test_a_polyglot_that_begins_like_a_video_never_plays(
    staff_api, student_api, empty, folders, content
):
    pk, answer = bring(staff_api, empty, content)
    assert answer.status_code == 200
    data = staff_api.get(f"{BASE}{pk}/").json()["data"]
    assert (data["state"], data["playable"]) == (4, False)
    assert data["error"] == "文件内容不是有效的视频，请重新上传"
    CourseSection.objects.update(free_trail=True)
    answer = student_api.get(f"/api/v1/course/section/{empty.pk}/play/")
    assert (answer.status_code, answer.json()["code"]) == (404, 3003)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": "many"}, "size"),
        ({"filename": "课" * 300 + ".mp4"}, "filename"),
        ({"filename": "../../etc/passwd.mp4"}, "filename"),
        ({"filename": "a\\b.mp4"}, "filename"),
        ({"filename": "a\u202e4pm.mp4"}, "filename"),
        ({"filename": "a.exe"}, "filename"),
        ({"filename": "a.m3u8"}, "filename"),
        ({"filename": "mp4"}, "filename"),
        ({"filename": ""}, "filename"),
        ({"content_type": "text/html"}, "content_type"),
        ({"section": "x"}, "section"),
    ],
)
def test_what_is_no_video_is_refused_before_a_byte_is_sent(
    staff_api, empty, folders, changes, field
):
    answer = begin(staff_api, empty, **changes)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not VideoUpload.objects.exists()
    assert files(folders) == []


@pytest.mark.any_database
def test_more_than_the_school_allows_is_413(staff_api, empty, settings):
    settings.VIDEO_MAX_BYTES = 5 * 1024**2
    answer = begin(staff_api, empty, size=5 * 1024**2 + 1)
    assert (answer.status_code, answer.json()["code"]) == (413, 1013)
    assert answer.json()["msg"] == "视频不能超过 5 MB"


@pytest.mark.any_database
@pytest.mark.parametrize("name", ["第一课 入门 (1).MP4", "a b.flv", "课" * 196 + ".mp4"])
def test_chinese_and_spaces_are_fine_and_never_part_of_the_stored_name(staff_api, empty, name):
    data = begin(staff_api, empty, filename=name).json()["data"]
    assert data["key"].rpartition("/")[2] in {"source.mp4", "source.flv"}


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("number", "content"), [(1, b""), (1, FTYP + b"x"), (0, FTYP), (2, FTYP), (10**12, FTYP)]
)
def test_a_part_that_does_not_fit_is_refused(staff_api, empty, number, content):
    pk = begin(staff_api, empty).json()["data"]["id"]
    assert put(staff_api, pk, number, content).status_code == 400
    assert staff_api.get(f"{BASE}{pk}/").json()["data"]["parts_done"] == []


@pytest.mark.any_database
def test_a_part_that_stops_in_the_middle_counts_for_nothing(staff_api, empty):
    pk = begin(staff_api, empty).json()["data"]["id"]
    answer = put(staff_api, pk, 1, FTYP[:20])
    assert answer.status_code == 400
    assert complete(staff_api, pk).status_code == 400


@pytest.mark.any_database
def test_an_announced_flood_is_413(staff_api, empty):
    pk = begin(staff_api, empty).json()["data"]["id"]
    answer = staff_api.generic(
        "PUT",
        f"{BASE}{pk}/parts/1/",
        FTYP,
        "application/octet-stream",
        CONTENT_LENGTH=str(2**40),
    )
    assert (answer.status_code, answer.json()["code"]) == (413, 1013)


@pytest.mark.any_database
def test_addresses_of_parts_are_for_other_storages(staff_api, empty):
    pk = begin(staff_api, empty).json()["data"]["id"]
    answer = staff_api.post(f"{BASE}{pk}/sign/", {"parts": [1]}, format="json")
    assert answer.status_code == 400


@pytest.mark.parametrize("state", [{"is_delete": True}, {"section_type": 0}, {"section_type": 1}])
def test_only_a_living_section_for_videos_takes_one(staff_api, folders, state):
    answer = begin(staff_api, SectionFactory(video="", **state))
    assert answer.status_code in {400, 404}


def test_a_deleted_section_ends_what_was_on_its_way(staff_api, empty):
    pk = begin(staff_api, empty).json()["data"]["id"]
    put(staff_api, pk, 1, FTYP)
    CourseSection.objects.update(is_delete=True)
    assert complete(staff_api, pk).status_code == 404


def test_an_upload_belongs_to_who_began_it(staff_api, empty):
    pk = begin(staff_api, empty).json()["data"]["id"]
    other = APIClient()
    other.force_login(UserFactory(is_staff=True, is_superuser=True))
    answers = [
        other.get(f"{BASE}{pk}/"),
        other.delete(f"{BASE}{pk}/"),
        complete(other, pk),
        put(other, pk, 1, FTYP),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert begin(other, empty).json()["data"]["id"] != pk


@pytest.mark.any_database
def test_a_form_of_another_site_is_refused(empty):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(is_staff=True, is_superuser=True))
    answer = strict.post(BASE, {"section": empty.pk}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, 1003)


@pytest.mark.any_database
def test_the_token_of_a_superuser_means_nothing_here(empty):
    client = logged_in(UserFactory(is_staff=True, is_superuser=True))
    assert begin(client, empty).status_code == 401


def test_an_upload_whose_time_is_over_is_begun_anew(staff_api, empty):
    first = begin(staff_api, empty).json()["data"]["id"]
    VideoUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert begin(staff_api, empty).json()["data"]["id"] != first


def test_a_new_video_replaces_the_old_one_only_when_it_has_arrived(
    staff_api, empty, tmp_path, folders
):
    # Given a section whose video plays
    bring(staff_api, empty, video_bytes(tmp_path))
    old = current_video(empty)
    assert old.hls
    # When another is on its way
    second = begin(staff_api, empty, filename="新.mp4").json()["data"]["id"]
    url = f"/api/v1/course/section/{empty.pk}/media/"
    data = staff_api.get(url).json()["data"]
    # Then the old one still plays
    assert (data["state"], data["playable"]) == (1, True)
    # And when the new one turns out to be broken, that is said, and the old one still plays
    put(staff_api, second, 1, FTYP)
    complete(staff_api, second)
    data = staff_api.get(url).json()["data"]
    assert (data["state"], data["playable"], data["hls"]) == (4, True, True)
    assert current_video(empty) == old


def test_a_failed_video_can_be_tried_again_and_no_other(staff_api, empty, tmp_path, monkeypatch):
    bring(staff_api, empty)
    url = f"/api/v1/course/section/{empty.pk}/media/"
    assert staff_api.get(url).json()["data"]["state"] == 4
    answer = staff_api.post(f"{url}retry/")
    assert (answer.status_code, answer.json()["data"]["state"]) == (200, 4)
    Video.objects.update(state=Video.State.READY)
    assert staff_api.post(f"{url}retry/").status_code == 409


def test_a_fixed_number_of_queries(staff_api, empty, django_assert_num_queries):
    pk = begin(staff_api, empty).json()["data"]["id"]
    with django_assert_num_queries(5):
        staff_api.get(f"{BASE}{pk}/")
    with django_assert_num_queries(4):
        put(staff_api, pk, 1, FTYP)
