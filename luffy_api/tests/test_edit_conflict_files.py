"""Two people in one form: files, and rows that were deleted while their page was open."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from luffy_api.apps.course.models import Course, CourseCategory, CourseSection
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.apps.promotion.models import Coupon
from luffy_api.apps.search.models import BlockedWord
from luffy_api.apps.video.models import Subtitle
from luffy_api.tests import factories
from luffy_api.tests.back_office import form_of, page, said, save
from luffy_api.tests.test_edit_conflicts import browser, decide, errors_of, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def section(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.SectionFactory()


def picture(colour) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (640, 360), colour).save(file, "PNG")
    return SimpleUploadedFile(f"{colour}.png", file.getvalue(), "image/png")


def again(answer, form, **decisions):
    snapshot = answer.context["adminform"].form["snapshot"].value()
    return {**decide(form, **decisions), "snapshot": snapshot}


def test_a_file_that_was_decided_for_is_asked_for_again(admin_client, section):
    course = section.chapter.course
    form = form_of(admin_client, url_of(course))
    save(browser("李四"), course, course_img=picture("red"))
    theirs = Course.objects.get().course_img.name

    asked = admin_client.post(url_of(course), {**form, "course_img": picture("blue")})
    assert "要用您的文件，请在下面重新选择一次" in errors_of(asked)["course_img"]
    mine = again(asked, form, course_img="mine")
    lost = admin_client.post(url_of(course), mine)

    assert "浏览器不会保留选过的文件" in errors_of(lost)["course_img"]
    assert Course.objects.get().course_img.name == theirs
    chosen = {**again(lost, form, course_img="mine"), "course_img": picture("blue")}
    assert admin_client.post(url_of(course), chosen).status_code == 302
    assert Course.objects.get().course_img.name != theirs


def test_the_file_of_the_other_is_kept_without_another_question(admin_client, section):
    course = section.chapter.course
    form = form_of(admin_client, url_of(course))
    save(browser("李四"), course, course_img=picture("red"))
    theirs = Course.objects.get().course_img.name

    asked = admin_client.post(url_of(course), {**form, "course_img": picture("blue")})
    kept = admin_client.post(url_of(course), again(asked, form, course_img="theirs"))

    assert kept.status_code == 302
    assert Course.objects.get().course_img.name == theirs


def srt(text) -> SimpleUploadedFile:
    lines = f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n"
    return SimpleUploadedFile("a.srt", lines.encode(), "application/x-subrip")


@pytest.mark.parametrize("decision", ["theirs", "mine"])
def test_subtitles_with_as_many_lines_are_other_subtitles(admin_client, section, decision):
    save(admin_client, section, subtitle_zh_cn=srt("旧"))
    form = form_of(admin_client, url_of(section))
    save(browser("李四"), section, subtitle_zh_cn=srt("李四的"))

    asked = admin_client.post(url_of(section), {**form, "subtitle_zh_cn": srt("我的")})
    assert "subtitle_zh_cn" in errors_of(asked)
    sent = again(asked, form, subtitle_zh_cn=decision)
    if decision == "mine":
        sent["subtitle_zh_cn"] = srt("我的")
    assert admin_client.post(url_of(section), sent).status_code == 302

    kept = {"theirs": "李四的", "mine": "我的"}[decision]
    assert kept in Subtitle.objects.get().webvtt


def test_subtitles_that_nobody_touches_here_stay_without_a_question(admin_client, section):
    save(admin_client, section, subtitle_zh_cn=srt("旧"))
    form = form_of(admin_client, url_of(section))
    save(browser("李四"), section, subtitle_zh_cn=srt("李四的"))

    assert admin_client.post(url_of(section), {**form, "name": "新"}).status_code == 302

    assert "李四的" in Subtitle.objects.get().webvtt
    assert CourseSection.objects.get().name == "新"


# --- Rows that are gone ------------------------------------------------------------------------


def test_a_question_that_was_deleted_for_good_is_told_and_the_rest_is_saved(admin_client):
    quiz = factories.QuizFactory()
    first, second = QuizQuestion.objects.filter(quiz=quiz).order_by("orders")[:2]
    form = form_of(admin_client, page(Quiz, "change", quiz.pk))
    save(browser("李四"), quiz, **{"questions-1-DELETE": "on"})
    assert not QuizQuestion.objects.filter(pk=second.pk).exists()

    changed = {**form, "questions-0-explanation": "改过"}
    asked = admin_client.post(page(Quiz, "change", quiz.pk), changed)

    formset = asked.context["inline_admin_formsets"][0].formset
    told = re.sub("<[^>]+>|\\s+", "", str(formset.forms[1].errors))
    assert f"删除了「测验题目“{second.text}”（编号{second.pk}）」" in told
    assert "隐藏字段" not in told
    key = formset.management_form["snapshot"]
    sent = {**changed, key.html_name: key.value(), "questions-1--asked": "1"}
    assert admin_client.post(page(Quiz, "change", quiz.pk), sent).status_code == 302
    first.refresh_from_db()
    assert first.explanation == "改过"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (lambda: factories.CategoryFactory(name="爬虫"), "爬虫"),
        (lambda: BlockedWord.objects.create(word="外挂"), "外挂"),
    ],
)
def test_who_deleted_an_open_row_is_told(admin_client, row, name):
    row = row()
    form = form_of(admin_client, url_of(row))
    browser("李四").post(page(type(row), "delete", row.pk), {"post": "yes"})

    answer = admin_client.post(url_of(row), form, follow=True)

    assert re.search(
        f"李四 在 \\d\\d:\\d\\d 删除了.+「{name}」，您填写的内容没有保存", said(answer)
    )
    assert answer.redirect_chain[0][0] == page(type(row), "changelist")


def test_a_deleted_row_of_a_list_has_its_own_name(admin_client):
    gone = factories.CategoryFactory(name="爬虫", orders=1)
    factories.CategoryFactory(name="运维", orders=2)
    listed = page(CourseCategory, "changelist")
    formset = admin_client.get(listed).context["cl"].formset
    form = {f.html_name: f.value() for each in formset.forms for f in each}
    form |= {f.html_name: f.value() for f in formset.management_form}
    browser("李四").post(page(CourseCategory, "delete", gone.pk), {"post": "yes"})
    form = {key: value for key, value in form.items() if value not in (None, False)}

    answer = admin_client.post(listed, {**form, "form-1-orders": "9", "_save": "x"})

    errors = [str(each.errors) for each in answer.context["cl"].formset.forms]
    assert "「爬虫」" in errors[0]
    assert "~" not in errors[0]


@pytest.mark.every_database
def test_what_was_promised_meanwhile_is_refused_and_not_dropped(admin_client):
    coupon = factories.CouponFactory(value="20.00")
    form = form_of(admin_client, url_of(coupon))
    factories.ClaimFactory(coupon=coupon)

    refused = admin_client.post(url_of(coupon), {**form, "value": "1", "name": "改名"})

    assert "已有学员领取" in errors_of(refused)["value"]
    assert Coupon.objects.get().name != "改名"
    assert admin_client.post(url_of(coupon), {**form, "name": "改名"}).status_code == 302
    assert (Coupon.objects.get().name, str(Coupon.objects.get().value)) == ("改名", "20.00")
