"""The video's field on the back office's forms."""

import json
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission

from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.apps.video.models import TranscodingJob, Video
from luffy_api.tests import factories
from luffy_api.tests.back_office import page
from luffy_api.tests.factories import current_video

# About the HTML of forms.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

State = Video.State
TYPES = {"mp4": ["video/mp4"], "flv": ["video/x-flv", "video/flv"]}


def test_the_form_of_a_section_has_the_uploader_and_the_plain_field(admin_client, settings):
    settings.VIDEO_MAX_BYTES = 1234
    section = factories.SectionFactory()
    html = admin_client.get(page(CourseSection, "change", section.pk)).content.decode()
    assert '<div data-video-upload data-max-bytes="1234" data-video-types=' in html
    [types] = re.findall("data-video-types='([^']*)'>", html)
    assert json.loads(unescape(types)).items() >= TYPES.items()
    assert '<script src="/back-office/upload.js" type="module"></script>' in html
    assert 'href="/back-office/upload.css"' in html
    assert '<input type="file" name="video"' in html


def test_each_line_of_a_chapter_names_its_own_field_and_the_script_tells_them_apart(admin_client):
    section = factories.SectionFactory()
    html = admin_client.get(page(CourseChapter, "change", section.chapter_id)).content.decode()
    assert '<input type="file" name="coursesections-0-video"' in html
    assert '<input type="file" name="coursesections-__prefix__-video"' in html


@pytest.mark.parametrize(
    ("video", "told"),
    [
        ({"video": "a.mp4", "video_state": State.READY}, "可播放"),
        ({"video": "a.mp4", "video_state": State.PROCESSING}, "转码中 40%"),
        (
            {"video": "a.mp4", "video_state": State.FAILED, "video_note": "已损坏"},
            "失败：已损坏",
        ),
        ({"video": ""}, "-"),
    ],
)
def test_without_the_script_each_form_tells_the_state_once_where_the_uploader_would(
    admin_client, video, told
):
    section = factories.SectionFactory(**video)
    if video := current_video(section):
        TranscodingJob.objects.create(video=video, progress=40)
    forms = [
        page(CourseSection, "change", section.pk),
        page(CourseChapter, "change", section.chapter_id),
    ]
    for url in forms:
        html = admin_client.get(url).content.decode()
        assert f"<p data-video-state>{told}</p>" in html
        assert html.count("data-video-state") == 1
        assert "视频状态" not in html


def test_every_field_of_a_line_has_a_label(admin_client):
    section = factories.SectionFactory()
    html = admin_client.get(page(CourseChapter, "change", section.chapter_id)).content.decode()
    for name in ("orders", "name", "section_type", "video", "duration", "free_trail", "DELETE"):
        assert f'for="id_coursesections-0-{name}"' in html


def test_who_may_only_look_sees_a_link_to_the_file(client):
    section = factories.SectionFactory(video="course/videos/one/source.mp4")
    user = factories.UserFactory(is_staff=True)
    rights = ["view_coursesection", "view_coursechapter"]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    for url in (
        page(CourseSection, "change", section.pk),
        page(CourseChapter, "change", section.chapter_id),
    ):
        html = client.get(url).content.decode()
        assert re.search(r'<a href="/files/[^"]+">course/videos/one/source.mp4</a>', html)
        assert "data-video-upload" not in html
