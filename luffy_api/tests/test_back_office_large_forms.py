"""Forms of the back office with many rows: pages of lines, choosers that load what is typed."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course.models import Course, CourseChapter, CourseDiscount, CourseSection
from luffy_api.common import inline_pages
from luffy_api.tests import factories
from luffy_api.tests.back_office import form_of, page

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# Of so few lines there are three pages, too.
PER_PAGE = 5
LINES = 2 * PER_PAGE + 3


@pytest.fixture
def chapter(monkeypatch):
    """A chapter of three pages; `一001` is the first of its sections."""
    monkeypatch.setattr(inline_pages, "PER_PAGE", PER_PAGE)
    chapter = factories.ChapterFactory()
    CourseSection.objects.bulk_create(
        CourseSection(chapter=chapter, name=f"一{number:03}", orders=number)
        for number in range(1, LINES + 1)
    )
    return chapter


def test_lines_come_in_pages(admin_client, chapter):
    last = (LINES - 2, 3)
    pages = {"1": (1, PER_PAGE), "2": (PER_PAGE + 1, PER_PAGE), "3": last, "9": last}
    address = f"{page(CourseChapter, 'change', chapter.pk)}?coursesections-page="
    for number, (first, count) in pages.items():
        answer = admin_client.get(f"{address}{number}")
        formset = answer.context["inline_admin_formsets"][0].formset
        names = [form.instance.name for form in formset.initial_forms]
        assert names == [f"一{each:03}" for each in range(first, first + count)], number
        assert f"/ 3 页，共 {LINES} 行" in answer.text, number


def test_what_is_no_page_is_one_of_them(admin_client, chapter):
    address = f"{page(CourseChapter, 'change', chapter.pk)}?coursesections-page="
    for number in ("x", "-1", "0", "", "1e9", "１"):
        assert admin_client.get(f"{address}{number}").status_code == 200, number


def test_lines_that_are_only_said_to_be_there_take_no_time(admin_client, chapter):
    address = page(CourseChapter, "change", chapter.pk)
    form = form_of(admin_client, address)
    began = time.thread_time()

    answer = admin_client.post(address, {**form, "coursesections-INITIAL_FORMS": 99_999_999})

    assert answer.status_code == 302
    assert time.thread_time() - began < 5
    assert CourseSection.objects.filter(chapter=chapter).count() == LINES


@pytest.mark.parametrize("key", ["", "x", "\0", "9" * 30, "999999"])
def test_a_line_that_there_is_not_is_not_deleted(admin_client, chapter, key):
    address = page(CourseChapter, "change", chapter.pk)
    form = form_of(admin_client, address)
    deleted = {"coursesections-1-DELETE": "on", "coursesections-1-name": "别的"}

    answer = admin_client.post(address, {**form, **deleted, "coursesections-1-id": key})

    assert answer.status_code in (200, 302)
    assert CourseSection.objects.filter(chapter=chapter, is_delete=False).count() == LINES


def test_saving_a_page_changes_its_own_lines_alone(admin_client, chapter):
    address = f"{page(CourseChapter, 'change', chapter.pk)}?coursesections-page=2"
    form = form_of(admin_client, address)
    total = int(form["coursesections-TOTAL_FORMS"])
    form |= {"coursesections-0-name": "改过的", "coursesections-1-DELETE": "on"}
    new = {"name": "新的", "section_type": 2, "orders": 999, "is_show": "on"}
    form |= {f"coursesections-{total}-{name}": value for name, value in new.items()}

    answer = admin_client.post(address, {**form, "coursesections-TOTAL_FORMS": total + 1})

    assert answer.status_code == 302
    rows = CourseSection.objects.filter(chapter=chapter).order_by("orders", "pk")
    expected = [f"一{each:03}" for each in range(1, LINES + 1)]
    expected[PER_PAGE] = "改过的"
    del expected[PER_PAGE + 1]
    assert [row.name for row in rows.filter(is_delete=False)] == [*expected, "新的"]
    assert [row.name for row in rows.filter(is_delete=True)] == [f"一{PER_PAGE + 2:03}"]


def test_a_line_of_another_chapter_is_not_changed_here(admin_client, chapter):
    other = factories.SectionFactory(name="别章的")
    address = page(CourseChapter, "change", chapter.pk)
    form = form_of(admin_client, address)

    admin_client.post(
        address, {**form, "coursesections-0-id": other.pk, "coursesections-0-name": "改"}
    )

    other.refresh_from_db()
    assert (other.name, other.chapter_id == chapter.pk) == ("别章的", False)


@pytest.mark.parametrize("model", [Course, CourseDiscount])
def test_a_form_lists_no_rows_that_are_not_chosen(admin_client, model):
    course = factories.CourseFactory(teacher__name="选中的老师", name="选中的课")
    factories.CourseFactory(teacher__name="别的老师", name="别的课")
    row = course if model is Course else factories.DiscountFactory(courses=[course])

    text = admin_client.get(page(model, "change", row.pk)).content.decode()

    assert "选中的" in text
    assert "别的" not in text


def test_more_fields_than_there_may_be_are_refused_in_words(admin_client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
    category = factories.CategoryFactory()

    answer = admin_client.post(
        page(type(category), "change", category.pk), {f"f{n}": 1 for n in range(30)}
    )

    assert answer.status_code == 413
    assert "提交的内容过大" in answer.content.decode()


def test_thousands_of_chosen_courses_are_written_without_a_template_for_each(admin_client):
    """Ten thousand of Django's took seconds."""
    courses = factories.CourseFactory.create_batch(40)
    courses[0].name = "<b>课程</b>"
    courses[0].save()
    discount = factories.DiscountFactory(courses=courses)

    answer = admin_client.get(page(CourseDiscount, "change", discount.pk))

    text = answer.content.decode()
    assert [each.pk for each in courses if f'value="{each.pk}" selected>' not in text] == []
    assert "&lt;b&gt;课程&lt;/b&gt;" in text
    names = [template.name for template in answer.templates]
    assert names.count("django/forms/widgets/select_option.html") < len(courses)


@pytest.mark.every_database
def test_an_activity_is_saved_by_as_many_statements_however_many_courses(admin_client):
    """Of ten thousand courses not even the names were read once for each, but forty columns."""

    def asked(count):
        courses = factories.CourseFactory.create_batch(count, detail="长文")
        discount = factories.DiscountFactory(courses=courses)
        address = page(CourseDiscount, "change", discount.pk)
        form = {**form_of(admin_client, address), "name": "改名"}
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.post(address, form).status_code == 302
        assert [query["sql"] for query in queries if "detail" in query["sql"]] == []
        assert discount.courses.count() == count
        return len(queries)

    assert asked(2) == asked(12)


def test_a_course_that_is_gone_or_was_sent_twice_is_told(admin_client):
    course = factories.CourseFactory()
    discount = factories.DiscountFactory(courses=[course])
    address = page(CourseDiscount, "change", discount.pk)
    form = form_of(admin_client, address)

    gone = admin_client.post(address, {**form, "courses": [course.pk, course.pk + 1]})
    twice = admin_client.post(address, {**form, "courses": [course.pk, course.pk]})

    assert gone.context["adminform"].form.errors["courses"]
    assert twice.status_code == 302
    assert list(discount.courses.all()) == [course]
