"""What staff do about a video stands in the audit log: who, what, before and after, from where."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.monitoring.models import AuditOrigin
from luffy_api.apps.video import cleanup
from luffy_api.apps.video.models import Subtitle, TranscodingJob, Video, VideoUpload
from luffy_api.apps.video.tests.uploading import BASE, FTYP, begin, bring, complete, put
from luffy_api.apps.video.transcoding import results
from luffy_api.common.audit_admin import changes_of
from luffy_api.tests.back_office import act, form_of, page, save
from luffy_api.tests.factories import SectionFactory, current_video
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SRT = "1\n00:00:00,500 --> 00:00:01,000\n你好\n"
ADDRESS = "203.0.113.7"


class Died(Exception):
    """The database takes no entry."""


@pytest.fixture
def colleague(db):
    return staff(username="李四", is_superuser=True)


@pytest.fixture
def browser(colleague):
    client = APIClient(REMOTE_ADDR=ADDRESS)
    client.force_login(colleague)
    return client


@pytest.fixture
def section(folders, monkeypatch):
    # What is no video stays in the queue.
    monkeypatch.setattr("luffy_api.apps.video.transcoding.queue.enqueue_processing", lambda: None)
    return SectionFactory(video="", duration=0)


def entries(row):
    """The log of a section, the oldest first: values, or what it says in words."""
    found = LogEntry.objects.filter(object_id=row.pk, content_type__model="coursesection")
    return [
        [tuple(change) for _, change in changes_of(entry.change_message)] or entry.change_message
        for entry in found.order_by("pk")
    ]


def retry_url(row):
    return f"/api/v1/course/section/{row.pk}/media/retry/"


def subtitles(client, row, method="put", language="zh-CN", text=SRT):
    address = f"/api/v1/course/section/{row.pk}/subtitles/{language}/"
    file = {"file": SimpleUploadedFile("课.srt", text.encode())} if method == "put" else None
    return getattr(client, method)(address, file, format="multipart")


@pytest.mark.every_database
def test_an_upload_and_what_it_replaces_are_logged_by_the_names_of_the_files(
    browser, colleague, section
):
    bring(browser, section, filename="第一课.mp4")
    bring(browser, section, filename="第一课 重录.mp4")

    assert entries(section) == [
        [("视频", "（空）", "第一课.mp4")],
        [("视频", "第一课.mp4", "第一课 重录.mp4")],
    ]
    assert set(LogEntry.objects.values_list("user", flat=True)) == {colleague.pk}
    assert set(AuditOrigin.objects.values_list("address", flat=True)) == {ADDRESS}
    assert LogEntry.objects.count() == AuditOrigin.objects.count() == 2


def test_a_second_confirmation_is_no_second_entry(browser, section):
    pk, _ = bring(browser, section)
    complete(browser, pk)
    assert len(entries(section)) == 1


def test_what_is_refused_and_what_is_cancelled_is_logged(browser, section):
    bring(browser, section, b"no video at all", filename="a.mp4")
    pk = begin(browser, section, filename="b.mp4").json()["data"]["id"]
    browser.delete(f"{BASE}{pk}/")
    browser.delete(f"{BASE}{pk}/")
    begin(browser, section, filename="c.mp4")
    begin(browser, section, filename="d.mp4")

    refused, *others = entries(section)
    assert refused.startswith("上传 a.mp4，未成功：")
    assert others == ["取消上传：b.mp4", "取消上传：c.mp4"]


def test_an_upload_that_expires_is_nobodys_doing(browser, section):
    begin(browser, section)
    VideoUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert cleanup.expire_uploads() == 1
    assert entries(section) == []


def test_what_the_machine_does_is_not_logged(browser, section):
    bring(browser, section)
    job = TranscodingJob.objects.get()
    TranscodingJob.objects.update(state=TranscodingJob.State.RUNNING)
    results.mark_ready(job, hls="course/videos/a/index.m3u8")
    assert current_video(section).state == Video.State.READY
    assert len(entries(section)) == 1


@pytest.mark.every_database
def test_a_retry_is_logged_with_the_failure(browser, section):
    bring(browser, section, filename="第一课.mp4")
    for way in ("api", "list"):
        results.mark_failed(TranscodingJob.objects.get(), "转码超时")
        if way == "api":
            browser.post(retry_url(section))
        else:
            act(browser, "retry", section, SectionFactory(video=""))
        assert entries(section)[-1] == "重新处理 第一课.mp4，上次失败的原因：转码超时"
        assert AuditOrigin.objects.latest("pk").address == ADDRESS
    assert LogEntry.objects.count() == 3


@pytest.mark.every_database
def test_subtitles_of_the_course_page_are_logged_with_their_lines(browser, section):
    subtitles(browser, section)
    subtitles(browser, section, text=SRT + "\n2\n00:00:02,000 --> 00:00:03,000\n再见\n")
    subtitles(browser, section, "delete")
    subtitles(browser, section, "delete")
    subtitles(browser, section, "delete", "xx")

    assert entries(section) == [
        [("字幕（简体中文）", "（空）", "已上传，1 条")],
        [("字幕（简体中文）", "已上传，1 条", "已上传，2 条")],
        [("字幕（简体中文）", "已上传，2 条", "（空）")],
    ]
    assert AuditOrigin.objects.count() == 3


def test_the_form_of_a_section_logs_names_and_lines_once(browser, section):
    bring(browser, section, filename="第一课.mp4")
    file = SimpleUploadedFile("a.srt", SRT.encode())
    save(browser, section, subtitle_zh_cn=file, chapters="00:00 开场")
    data = form_of(browser, page(CourseSection, "change", section.pk))
    changes = {"video-clear": "on", "subtitle_zh_cn-clear": "on", "chapters": "00:00 序"}
    browser.post(page(CourseSection, "change", section.pk), {**data, **changes})

    first, second = entries(section)[1:]
    assert sorted(first) == [
        ("分段", "（空）", "00:00 开场"),
        ("简体中文", "（空）", "已上传，1 条"),
    ]
    assert sorted(second) == [
        ("分段", "00:00 开场", "00:00 序"),
        ("简体中文", "已上传，1 条", "（空）"),
        ("视频", "第一课.mp4", "（空）"),
    ]
    assert not Video.objects.exists()
    assert not Subtitle.objects.exists()


def test_an_old_upload_is_called_by_its_place_in_the_storage(browser, section):
    bring(browser, section)
    key = VideoUpload.objects.get().key
    VideoUpload.objects.all().delete()
    bring(browser, section, filename="新.mp4")
    assert entries(section)[-1] == [("视频", key, "新.mp4")]


@pytest.mark.every_database
@pytest.mark.parametrize("subject", ["video", "subtitle_zh_cn"])
def test_whoever_has_the_form_open_is_told_who_has_replaced_it(
    admin_client, browser, section, subject
):
    bring(browser, section, filename="旧.mp4")
    subtitles(browser, section)
    address = page(CourseSection, "change", section.pk)
    form = form_of(admin_client, address)
    LogEntry.objects.all().delete()

    if subject == "video":
        bring(browser, section, filename="李四的.mp4")
    else:
        subtitles(browser, section, text=SRT + "\n2\n00:00:02,000 --> 00:00:03,000\n再见\n")
    asked = admin_client.post(address, {**form, f"{subject}-clear": "on"})

    told = re.sub("<[^>]+>|\\s+", "", str(asked.context["adminform"].form.errors[subject]))
    assert "李四" in told
    assert "系统" not in told
    assert {"video": "李四的.mp4", "subtitle_zh_cn": "已上传，2条"}[subject] in told


ACTIONS = {
    "upload": lambda browser, row, pk: complete(browser, pk),
    "cancel": lambda browser, row, pk: browser.delete(f"{BASE}{pk}/"),
    "retry": lambda browser, row, pk: browser.post(retry_url(row)),
    "subtitles": lambda browser, row, pk: subtitles(browser, row),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_what_cannot_be_logged_is_not_done(browser, section, monkeypatch, name):
    bring(browser, section)
    results.mark_failed(TranscodingJob.objects.get(), "转码超时")
    pk = begin(browser, section, filename="b.mp4").json()["data"]["id"]
    put(browser, pk, 1, FTYP)
    before = [list(table.objects.order_by("pk").values()) for table in (Video, VideoUpload)]

    def fail(*args, **kwargs):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(LogEntry, "save", fail)
        assert ACTIONS[name](browser, section, pk).status_code == 500

    after = [list(table.objects.order_by("pk").values()) for table in (Video, VideoUpload)]
    assert after == before
    assert not Subtitle.objects.exists()
