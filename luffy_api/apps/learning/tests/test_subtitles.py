"""Subtitles beside a video: from a teacher's file to a student's player."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.learning import playback, shortcuts
from luffy_api.apps.learning.serializers.sections import PlaySerializer
from luffy_api.apps.user.models import User
from luffy_api.apps.video import subtitles
from luffy_api.apps.video.models import Subtitle, Video
from luffy_api.tests.back_office import save
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory
from luffy_api.tests.private_files import store

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FOLDER = "course/videos/202611/one"
SRT = "1\n00:00:00,500 --> 00:00:01,000\n你好\n"
GB18030 = SRT.encode("gb18030")
MASTER = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p/index.m3u8\n"


@pytest.fixture
def lecture(folders):
    """A paid section whose video has HLS, and subtitles in two languages."""
    store(folders, f"{FOLDER}/hls/index.m3u8", MASTER)
    store(folders, f"{FOLDER}/source.mp4")
    section = SectionFactory(video=f"{FOLDER}/source.mp4", video_hls=f"{FOLDER}/hls/index.m3u8")
    for language in ("en", "zh-CN"):
        webvtt = subtitles.check(SRT.encode("utf-16"))
        subtitles.save(section_id=section.pk, language=language, webvtt=webvtt)
    return section


@pytest.fixture
def owner(lecture, student):
    return EnrollmentFactory(user=student, course=lecture.chapter.course)


def play(client, section):
    return client.get(f"/api/v1/course/section/{section.pk}/play/").json()["data"]


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("hls", [f"{FOLDER}/hls/index.m3u8", ""])
def test_a_player_is_told_of_all_languages(api, student_api, lecture, hls):
    Video.objects.update(hls=hls, plays_natively=True)
    found = play(student_api, lecture)["subtitles"]
    assert [(each["lang"], each["label"]) for each in found] == [
        ("zh-CN", "简体中文"),
        ("en", "English"),
    ]
    answer = api.get(found[0]["url"])
    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.decode().endswith("00:00:00.500 --> 00:00:01.000 line:-3\n你好\n")


def test_the_short_cut_tells_of_them_as_the_view_does(lecture, student, owner):
    found = playback.get_playback(section_id=lecture.pk, viewer=student)
    assert len(found.subtitles) == 2
    assert shortcuts.representation(found) == PlaySerializer(found).data


@pytest.mark.usefixtures("owner")
def test_the_master_playlist_names_them(api, student_api, lecture):
    url = play(student_api, lecture)["url"]
    master = api.get(url).content.decode()
    assert 'LANGUAGE="zh-CN",AUTOSELECT=YES,DEFAULT=NO,URI="subtitles/zh-CN.m3u8"' in master
    assert '#EXT-X-STREAM-INF:BANDWIDTH=1,SUBTITLES="subtitles"' in master
    playlist = api.get(url.replace("index.m3u8", "subtitles/zh-CN.m3u8"))
    assert f"#EXTINF:{lecture.duration},\nzh-CN.vtt\n" in playlist.content.decode()
    assert api.get(url.replace("index.m3u8", "subtitles/zh-CN.vtt")).status_code == 200


@pytest.mark.usefixtures("owner")
def test_without_subtitles_nothing_is_named(api, student_api, lecture):
    Subtitle.objects.all().delete()
    data = play(student_api, lecture)
    assert data["subtitles"] == []
    assert "SUBTITLES" not in api.get(data["url"]).content.decode()


def test_who_may_not_watch_reads_no_subtitles(api, student_api, lecture, owner):
    url = play(student_api, lecture)["subtitles"][0]["url"]
    assert api.get(url).status_code == 200
    Enrollment.objects.all().delete()
    assert api.get(url).status_code == 403
    CourseSection.objects.update(free_trail=True)
    assert api.get(url).status_code == 200
    Video.objects.update(hls="course/videos/other/index.m3u8")
    assert api.get(url).status_code == 403


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(
    "name",
    ["subtitles/ko.vtt", "subtitles/zh-CN.txt", "subtitles/../x.vtt", "subtitles/", "subtitles/x"],
)
def test_what_is_not_there_is_404(api, student_api, lecture, name):
    url = play(student_api, lecture)["url"].replace("index.m3u8", name)
    assert api.get(url).status_code == 404


@pytest.mark.usefixtures("owner")
def test_subtitles_take_one_query(api, student_api, lecture, django_assert_num_queries):
    url = play(student_api, lecture)["subtitles"][0]["url"]
    with django_assert_num_queries(2):  # section with right, subtitles
        api.get(url)


# --- The back office --------------------------------------------------------------------------


@pytest.fixture
def staff(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root", password="x"))
    return client


def file_of(content=GB18030, name="课.srt"):
    return SimpleUploadedFile(name, content)


def test_a_teacher_uploads_replaces_and_removes_them(staff):
    section = SectionFactory()
    assert save(staff, section, subtitle_zh_cn=file_of()).status_code == 302
    assert "你好" in Subtitle.objects.get(section=section, language="zh-CN").webvtt

    # They are shown, and saved from there
    page = staff.get(f"/admin/course/coursesection/{section.pk}/change/").content.decode()
    assert "已上传，1 条" in page
    saved = staff.get(f"/admin/course/coursesection/{section.pk}/subtitles/zh-CN/")
    assert "你好" in b"".join(saved.streaming_content).decode()
    assert "attachment" in saved["Content-Disposition"]

    # Saving the page once more keeps them; others take their place; a tick removes them
    save(staff, section)
    assert Subtitle.objects.count() == 1
    save(staff, section, subtitle_zh_cn=file_of(SRT.replace("你好", "再见").encode()))
    assert "再见" in Subtitle.objects.get().webvtt
    save(staff, section, **{"subtitle_zh_cn-clear": "on"})
    assert not Subtitle.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\x89PNG\r\n", "不是有效的字幕文件"), (b" " * (2 * 1024**2 + 1), "不能超过 2 MB")],
)
def test_a_file_that_is_none_is_refused(staff, content, message):
    section = SectionFactory()
    answer = save(staff, section, subtitle_en=file_of(content))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Subtitle.objects.exists()


def test_a_stranger_saves_no_subtitles(client, lecture):
    url = f"/admin/course/coursesection/{lecture.pk}/subtitles/zh-CN/"
    assert client.get(url).status_code == 302
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get(url).status_code == 403


def test_of_a_section_without_any_nothing_is_saved(staff):
    section = SectionFactory()
    for pk in (section.pk, 10**6):
        assert staff.get(f"/admin/course/coursesection/{pk}/subtitles/zh-CN/").status_code == 404


def test_a_replaced_video_keeps_them(lecture):
    Video.objects.all().delete()
    assert Subtitle.objects.filter(section=lecture).count() == 2
