"""Files through the back office's own forms: streamed, and judged by their content."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.tests.uploading import FTYP, video_bytes
from luffy_api.tests.back_office import act, page, save, tries
from luffy_api.tests.factories import CourseFactory, SectionFactory, current_video

# Files are checked before rows are written.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
State = Video.State


@pytest.fixture(autouse=True)
def _own_workbench(settings, tmp_path):
    """Tests in several processes do not wait for each other's conversions."""
    settings.VAR_DIR = tmp_path / "var"


def picture(kind="PNG", size=(40, 30)):
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, kind)
    return file.getvalue()


def bomb():
    """A PNG of a few bytes that says it has 10,000 million pixels."""
    head = bytearray(picture())
    head[16:24] = (100_000).to_bytes(4, "big") * 2
    return bytes(head)


def errors(answer):
    return " ".join(str(text) for texts in answer.context["errors"] for text in texts)


@pytest.fixture
def empty(db, folders):
    return SectionFactory(video="", duration=0)


def test_a_video_from_the_form_is_processed_like_any_other(admin_client, empty, folders, tmp_path):
    upload = SimpleUploadedFile("第一课.mp4", video_bytes(tmp_path))
    assert save(admin_client, empty, video=upload).status_code == 302
    empty.refresh_from_db()
    video = current_video(empty)
    assert (video.state, empty.duration) == (State.READY, 3)
    assert video.hls
    course = empty.chapter.course
    course.refresh_from_db()
    assert (course.pub_sections, course.length) == (1, 3)
    assert "可播放" in admin_client.get(page(CourseSection, "changelist")).content.decode()


def test_a_video_from_a_line_of_the_chapters_page_too(admin_client, empty, tmp_path):
    upload = SimpleUploadedFile("a.mp4", video_bytes(tmp_path))
    answer = save(admin_client, empty.chapter, **{"coursesections-0-video": upload})
    assert answer.status_code == 302
    assert current_video(empty).state == State.READY


def test_saving_without_a_new_video_leaves_the_old_one_as_it_is(admin_client, folders):
    section = SectionFactory(video="a.mp4", video_hls="x/index.m3u8", video_poster="p.jpg")
    for row in (section, section.chapter):
        assert save(admin_client, row, name="新名字").status_code == 302
    video = Video.objects.get()
    assert (video.file.name, video.hls, video.poster) == ("a.mp4", "x/index.m3u8", "p.jpg")


@pytest.mark.parametrize("of_chapter", [False, True])
def test_a_form_does_not_undo_what_processing_wrote_meanwhile(
    admin_client, empty, monkeypatch, of_chapter
):
    # Given a form that is saved while transcoding ends
    real = CourseSection.save

    def slow(section, *args, **kwargs):
        CourseSection.objects.filter(pk=section.pk).update(duration=9, is_playable=True)
        real(section, *args, **kwargs)

    monkeypatch.setattr(CourseSection, "save", slow)
    if of_chapter:
        save(admin_client, empty.chapter, **{"coursesections-0-name": "新名字"})
    else:
        save(admin_client, empty, name="新名字")
    empty.refresh_from_db()
    assert (empty.name, empty.duration, empty.is_playable) == ("新名字", 9, True)


def test_a_cleared_video_leaves_nothing_to_play(admin_client, folders):
    section = SectionFactory(video="a.mp4", video_hls="x/index.m3u8")
    assert save(admin_client, section, **{"video-clear": "on"}).status_code == 302
    section.refresh_from_db()
    assert (section.is_playable, Video.objects.exists()) == (False, False)
    assert Course.objects.get().pub_sections == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mp4", b"<script>alert(1)</script>" * 9),
        ("a.mp4", b"GIF89a" + FTYP),
        ("a.mp4", b"FLV\x01\x05" + b"x" * 90),
        ("a.flv", FTYP),
        ("a.m3u8", b"#EXTM3U\n"),
        ("a.mkv", FTYP),
        ("a.mp4", b""),
    ],
)
def test_a_video_with_a_wrong_content_is_told_on_the_form(
    admin_client, empty, folders, name, content
):
    answer = save(admin_client, empty, video=SimpleUploadedFile(name, content))
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not [p for p in (folders / "private").rglob("*") if p.is_file()]


def test_a_video_that_is_too_large_is_told_on_the_form(admin_client, empty, settings):
    settings.VIDEO_MAX_BYTES = 1024**2
    upload = SimpleUploadedFile("a.mp4", FTYP + b"x" * 1024**2)
    assert "视频不能超过 1 MB" in errors(save(admin_client, empty, video=upload))


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.mp4", "一 二 (三).mp4", "x" * 150 + ".mp4", "课" * 150 + ".mp4"]
)
def test_odd_names_stay_in_their_folder(admin_client, empty, folders, name):
    save(admin_client, empty, video=SimpleUploadedFile(name, FTYP))
    stored = (folders / "private" / current_video(empty).file.name).resolve()
    assert stored.is_file()
    assert stored.is_relative_to(folders / "private" / "course" / "videos")


@override_settings(FORM_MAX_BYTES=1000)
def test_a_flood_is_413_before_it_is_read(admin_client, empty):
    upload = SimpleUploadedFile("a.mp4", FTYP + b"x" * 2000)
    answer = admin_client.post(page(CourseSection, "change", empty.pk), {"video": upload})
    assert answer.status_code == 413
    assert "过大" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("PNG", "a.png"), ("JPEG", "封面 一.jpg"), ("WEBP", "a.webp"), ("GIF", "a.GIF")],
)
def test_covers_of_four_formats(admin_client, folders, kind, name):
    course = CourseFactory()
    answer = save(admin_client, course, course_img=SimpleUploadedFile(name, picture(kind)))
    assert answer.status_code == 302
    course.refresh_from_db()
    assert (folders / "default" / course.course_img.name).is_file()


def test_covers_that_are_none_are_told_on_the_form(admin_client, folders):
    wrong = [
        ("a.png", b"<html>"),
        ("a.png", picture()[:40]),
        ("a.jpg", picture("PNG")),
        ("a.html", picture("PNG")),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.bmp", picture("BMP")),
        ("a.tif", picture("TIFF")),
        ("a.png", b""),
        ("a.png", bomb()),
    ]
    uploads = [{"course_img": SimpleUploadedFile(*each)} for each in wrong]
    for each, answer in zip(wrong, tries(admin_client, CourseFactory(), *uploads), strict=True):
        assert answer.status_code == 200, each
        assert answer.context["errors"], each
        assert not list((folders / "default").rglob("*.*")), each


def test_a_cover_with_too_many_pixels(admin_client, folders, settings):
    settings.IMAGE_MAX_PIXELS = 40 * 30 - 1
    answer = save(admin_client, CourseFactory(), course_img=SimpleUploadedFile("a.png", picture()))
    assert "图片尺寸过大" in errors(answer)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("课件.pdf", b"%PDF-1.7 "),
        ("a.zip", b"PK\x03\x04 "),
        ("a.docx", b"PK\x03\x04 "),
        ("说明.txt", "你好".encode()),
        ("讲义.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("练习.ipynb", b'{"cells": []}'),
        ("听力.mp3", b"ID3\x04"),
        ("听力.mp3", b"\xff\xfb\x90"),
        ("录音.m4a", b"\0\0\0\x20ftypM4A "),
        ("板书.jpg", b"\xff\xd8\xff\xe0"),
        ("板书.png", b"\x89PNG\r\n"),
        ("app.js", b"export default 1"),
        ("App.vue", b"<template/>"),
        ("main.ts", b"let a: number"),
        ("讲义.key", b"PK\x03\x04 "),
    ],
)
def test_attachments_of_known_types(admin_client, folders, name, content):
    course = CourseFactory()
    upload = SimpleUploadedFile(name, content)
    assert save(admin_client, course, attachment_path=upload).status_code == 302
    course.refresh_from_db()
    assert (folders / "private" / course.attachment_path.name).read_bytes() == content


def test_attachments_that_are_something_else(admin_client, folders):
    wrong = [
        ("a.exe", b"MZ", "不支持该格式，请使用 7z、bat、"),
        ("a.svg", b"<svg/>", "不支持该格式"),
        ("a.ppt", b"PK\x03\x04", "内容与文件名的后缀不符"),
        ("a.ipynb", b"\0{}", "不是文本"),
        ("a.html", b"<html>", "不支持该格式"),
        ("a.js", b"\0MZ", "不是文本"),
        ("a.mp3", b"MZ\x90", "内容与文件名的后缀不符"),
        ("a.jpg", b"<html>", "内容与文件名的后缀不符"),
        ("a.zip.html", b"PK\x03\x04 ", "不支持该格式"),
        ("a", b"x", "不支持该格式"),
        ("a.pdf", b"MZ\x90", "文件内容与文件名的后缀不符"),
        ("木马.zip", b"MZ\x90", "文件内容与文件名的后缀不符"),
        ("a.zip", b"%PDF-1.7", "文件内容与文件名的后缀不符"),
        ("a.zip", b"<html>PK\x03\x04", "文件内容与文件名的后缀不符"),
        ("a.txt", b"MZ\x00\x01", "文件内容不是文本"),
        ("a.pdf", b"", "空文件"),
    ]
    uploads = [{"attachment_path": SimpleUploadedFile(*each[:2])} for each in wrong]
    for each, answer in zip(wrong, tries(admin_client, CourseFactory(), *uploads), strict=True):
        assert answer.status_code == 200, each
        assert each[2] in errors(answer), each
        assert not [p for p in (folders / "private").rglob("*") if p.is_file()], each


def test_an_attachment_that_is_too_large_is_told_on_the_form(admin_client, folders, settings):
    settings.ATTACHMENT_MAX_BYTES = 1024**2
    upload = SimpleUploadedFile("a.zip", b"PK\x03\x04" + b"x" * 1024**2)
    answer = save(admin_client, CourseFactory(), attachment_path=upload)
    assert "文件不能超过 1 MB" in errors(answer)
    assert not [p for p in (folders / "private").rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd.zip", "passwd.zip"),
        ("路飞 学城 课件 (终稿).ZIP", "路飞_学城_课件_终稿.zip"),
        ("x" * 296 + ".zip", "x" * 120 + ".zip"),
        ("课" * 296 + ".zip", "课" * 40 + ".zip"),
        ("课件\u202egpj.zip", "课件gpj.zip"),
        ("<img src=x onerror=alert(1)>.zip", "img_srcx_onerroralert1.zip"),
    ],
)
def test_attachments_keep_what_is_safe_of_their_names(admin_client, folders, name, kept):
    course = CourseFactory()
    upload = SimpleUploadedFile(name, b"PK\x03\x04 ")
    upload._name = name  # the test's own class would cut it, as no browser does
    assert save(admin_client, course, attachment_path=upload).status_code == 302
    course.refresh_from_db()
    assert course.attachment_path.name == f"course/attachments/{kept}"
    assert (folders / "private" / course.attachment_path.name).is_file()


def test_two_courses_may_have_attachments_of_the_same_name(admin_client, folders):
    courses = CourseFactory.create_batch(2)
    for course in courses:
        upload = SimpleUploadedFile("课件.zip", b"PK\x03\x04 " + course.name.encode())
        save(admin_client, course, attachment_path=upload)
        course.refresh_from_db()
    names = [course.attachment_path.name for course in courses]
    assert len(set(names)) == 2
    assert all(name.endswith("/课件.zip") for name in names)


def test_a_failed_video_is_retried_from_the_list(admin_client, empty, folders):
    # Given a video that failed because it is none, and one that plays
    save(admin_client, empty, video=SimpleUploadedFile("a.mp4", FTYP))
    ready = SectionFactory(video="b.mp4")
    row = admin_client.get(page(CourseSection, "changelist")).content.decode()
    assert "失败：文件内容不是有效的视频" in row
    # When both are retried
    answer = act(admin_client, "retry", empty, ready)
    # Then only the failed one is
    assert "已重新处理 1 个视频" in admin_client.get(answer["Location"]).content.decode()
    assert current_video(ready).state == State.READY
