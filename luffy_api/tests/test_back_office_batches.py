"""Bulk actions on as many rows as a list has: short transactions, and all that follows a save.

In several requests: test_back_office_steps.py.
"""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course import on_sale
from luffy_api.apps.course.models import Course, CourseCategory, CourseChapter, CourseSection
from luffy_api.apps.course.models.outbox import CatalogueEvent
from luffy_api.apps.monitoring.models import AuditOrigin
from luffy_api.common import batches, list_lookups
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, log_of, page, said

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ONLINE, OFFLINE = Course.Status.ONLINE, Course.Status.OFFLINE
WORDS = {"show": "展示", "hide": "隐藏", "put_on_sale": "上线", "take_off_sale": "下线"}


@pytest.fixture
def few(monkeypatch):
    """Lists of three rows are long ones."""
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(list_lookups, "MAX_ROWS", 2)


def everything(client, model, action, query=""):
    chosen = {"action": action, "select_across": "1", "_selected_action": "1", "index": "0"}
    return client.post(page(model, "changelist") + query, chosen, follow=True)


@pytest.mark.every_database
def test_all_courses_of_a_long_list_are_changed_and_logged(admin_client, few):
    courses = [factories.ready_course(status=ONLINE) for _ in range(5)]
    for action, field, value in [
        ("hide", "is_show", False),
        ("show", "is_show", True),
        ("take_off_sale", "status", OFFLINE),
        ("put_on_sale", "status", ONLINE),
    ]:
        CatalogueEvent.objects.all().delete()
        answer = everything(admin_client, Course, action)
        assert f"已{WORDS[action]} 5 " in said(answer)
        assert set(Course.objects.values_list(field, flat=True)) == {value}
        told = set(CatalogueEvent.objects.values_list("object_id", flat=True))
        assert told == {course.pk for course in courses}
        listed = set(Course.objects.values_list("is_listed", flat=True))
        assert listed == {action in ("show", "put_on_sale")}
    for course in courses:
        assert log_of(course) == ["隐藏", "展示", "下线", "上线"]
    assert AuditOrigin.objects.count() == LogEntry.objects.count() == 20


def test_a_filter_and_deleted_rows_stay_outside(admin_client, few):
    hidden = [factories.CategoryFactory(name=f"甲{n}") for n in range(3)]
    other = factories.CategoryFactory(name="乙")
    factories.CategoryFactory(name="甲9", is_delete=True)
    everything(admin_client, CourseCategory, "hide", "?q=甲")
    shown = CourseCategory.objects.filter(is_show=True).values_list("name", flat=True)
    assert set(shown) == {"甲9", other.name}
    assert LogEntry.objects.count() == len(hidden)


@pytest.mark.parametrize("model", [CourseChapter, CourseSection])
def test_numbers_of_their_courses_and_copies_follow_lines(admin_client, few, model):
    sections = [factories.SectionFactory() for _ in range(3)]
    courses = {section.chapter.course_id for section in sections}
    everything(admin_client, model, "show")
    assert set(Course.objects.values_list("pub_sections", flat=True)) == {1}
    CatalogueEvent.objects.all().delete()
    everything(admin_client, model, "hide")
    assert set(Course.objects.values_list("pub_sections", flat=True)) == {0}
    assert set(CatalogueEvent.objects.values_list("object_id", flat=True)) == courses


def test_prices_follow_discounts(admin_client):
    course = factories.CourseFactory(price=100)
    discounts = [factories.DiscountFactory(courses=[course]) for _ in range(2)]
    reduced = Course.objects.get().current_price
    assert reduced < 100
    act(admin_client, "hide", *discounts)
    assert Course.objects.get().current_price == 100
    act(admin_client, "show", *discounts)
    assert Course.objects.get().current_price == reduced


def test_those_that_lack_something_stay_and_only_the_first_are_named(
    admin_client, few, monkeypatch
):
    monkeypatch.setattr("luffy_api.apps.dashboard.admin.courses.MAX_REFUSED", 1)
    ready = factories.ready_course(status=OFFLINE)
    lacking = [factories.CourseFactory(name=f"缺{n}", status=OFFLINE) for n in range(3)]
    told = said(everything(admin_client, Course, "put_on_sale"))
    assert "《缺0》还不能上线：" in told
    assert "《缺1》" not in told
    assert "另有 2 门课程没有改动" in told
    assert "已上线 1 门课程" in told
    assert list(Course.objects.filter(status=ONLINE)) == [ready]
    assert LogEntry.objects.count() == 1
    assert not any(log_of(course) for course in lacking)


def test_courses_that_are_gone_are_told_of(admin_user):
    course = factories.CourseFactory(is_delete=True)
    refused = on_sale.set_status(
        course_ids=[course.pk, 10**9], status=OFFLINE, user_id=admin_user.pk
    )
    assert set(refused) == {course.pk, 10**9}
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", WORDS)
def test_rows_cost_no_queries_of_their_own(admin_client, action):
    def queries(count):
        courses = [factories.ready_course() for _ in range(count)]
        with CaptureQueriesContext(connection) as asked:
            assert act(admin_client, action, *courses).status_code == 302
        return len(asked)

    queries(2)
    assert queries(2) == queries(8)


@pytest.mark.parametrize("action", ["hide", "take_off_sale"])
def test_each_batch_is_a_transaction_of_its_own(admin_client, few, monkeypatch, action):
    """What was done before an error stays, is logged, and others could write meanwhile."""
    for _ in range(4):
        factories.ready_course(status=ONLINE)
    log_rows, calls = batches.audit_log.log_rows, []

    def fails_at_the_second(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError
        log_rows(*args, **kwargs)

    monkeypatch.setattr(batches.audit_log, "log_rows", fails_at_the_second)
    with pytest.raises(RuntimeError):
        everything(admin_client, Course, action)
    changed = {"is_show": False} if action == "hide" else {"status": OFFLINE}
    assert Course.objects.filter(**changed).count() == 2
    assert LogEntry.objects.count() == 2
