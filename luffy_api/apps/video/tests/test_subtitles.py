"""course/section/{id}/subtitles/: files of subtitles from the page of a course."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video.models import Subtitle
from luffy_api.common import roles
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import SectionFactory, TeacherFactory, UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SRT = "1\n00:00:00,500 --> 00:00:01,000\n你好\n\n2\n00:00:02,000 --> 00:00:03,000\n再见\n"
GB18030 = SRT.encode("gb18030")
LANGUAGES = ["zh-CN", "zh-TW", "en", "ja", "ko"]


def url(section, language=""):
    return f"/api/v1/course/section/{section.pk}/subtitles/{language}{'/' if language else ''}"


def put(client, section, language="zh-CN", content=GB18030):
    file = SimpleUploadedFile("课.srt", content)
    return client.put(url(section, language), {"file": file}, format="multipart")


def lines(answer):
    return {each["lang"]: each["lines"] for each in answer.json()["data"]}


def test_staff_upload_replace_and_remove_them(staff_api, django_assert_max_num_queries):
    section = SectionFactory()
    assert lines(staff_api.get(url(section))) == dict.fromkeys(LANGUAGES, 0)

    assert lines(put(staff_api, section)) == {**dict.fromkeys(LANGUAGES, 0), "zh-CN": 2}
    assert "你好" in Subtitle.objects.get(section=section).webvtt
    assert lines(put(staff_api, section, "en", SRT[:40].encode() + b"hi\n"))["en"] == 1
    assert lines(put(staff_api, section, "en"))["en"] == 2

    with django_assert_max_num_queries(4):  # session, user, section, subtitles
        staff_api.get(url(section))
    assert lines(staff_api.delete(url(section, "zh-CN")))["zh-CN"] == 0
    assert lines(staff_api.delete(url(section, "zh-CN")))["en"] == 2


def test_what_cannot_be_subtitles_is_refused(staff_api):
    section = SectionFactory()
    for content, said in [
        (b"\x89PNG\r\n", "不是有效的字幕文件，请上传 SRT、VTT 或 ASS 字幕"),
        (b"", "不是有效的字幕文件，请上传 SRT、VTT 或 ASS 字幕"),
        (b" " * (2 * 1024**2 + 1), "字幕文件不能超过 2 MB"),
    ]:
        answer = put(staff_api, section, content=content)
        assert (answer.status_code, answer.json()["msg"]) == (400, said)
    assert put(staff_api, section, content=b" " * 3 * 1024**2).status_code == 413
    assert put(staff_api, section, "xx").json()["msg"] == "没有这种字幕语言"
    assert staff_api.delete(url(section, "xx")).status_code == 200
    for body in ({}, {"file": "a text"}):
        assert staff_api.put(url(section, "en"), body, format="multipart").status_code == 400
    assert staff_api.put(url(section, "en"), [1], format="json").status_code in (400, 415)
    document = SectionFactory(section_type=CourseSection.SectionType.DOCUMENT)
    assert put(staff_api, document).status_code == 400
    assert not Subtitle.objects.exists()


def test_nobody_else_reaches_them(api, student, student_api):
    section = SectionFactory()
    clerk = APIClient()
    clerk.force_login(UserFactory(is_staff=True))
    for client, status in [(api, 401), (student_api, 401), (clerk, 403)]:
        assert client.get(url(section)).status_code == status
        assert put(client, section).status_code == status
        assert client.delete(url(section, "en")).status_code == status
    assert not Subtitle.objects.exists()


def test_a_teacher_reaches_those_of_their_own_course_only():
    account = staff(roles.TEACHERS)
    right = Permission.objects.get(codename="change_taughtcourse")
    Group.objects.get(name=roles.TEACHERS).permissions.add(right)
    own = SectionFactory(course__teacher=TeacherFactory(account=account))
    client = APIClient()
    client.force_login(account)
    assert lines(put(client, own))["zh-CN"] == 2
    assert put(client, SectionFactory()).status_code == 404
    assert client.get(url(SectionFactory())).status_code == 404
    assert client.delete(url(SectionFactory(), "en")).status_code == 404


def test_a_request_of_another_site_changes_nothing(staff_api):
    section = SectionFactory()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert browser.delete(url(section, "en")).status_code == 403


def test_a_section_that_is_not_there(staff_api):
    gone = SectionFactory(is_delete=True)
    assert staff_api.get(url(gone)).status_code == 404
    assert put(staff_api, gone).status_code == 404
    assert put(logged_in(UserFactory()), gone).status_code == 401
