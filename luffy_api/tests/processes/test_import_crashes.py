"""Processes that are killed with -9 while they apply an import, and students who buy meanwhile."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from threading import Event, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection

from luffy_api.apps.course.models import CatalogueEvent, Course, CourseSection
from luffy_api.apps.dashboard import services, tasks
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.apps.dashboard.tests.sheets import checked, xlsx
from luffy_api.apps.order import checkout
from luffy_api.apps.order.models import Order
from luffy_api.tests.factories import CategoryFactory, CourseFactory, TeacherFactory, UserFactory
from luffy_api.tests.processes.forking_process import ForkingProcess

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 10
COURSES = [f"导入的课程{number:02}" for number in range(3 * ROWS)]
# Where each process is killed, and how many rows are applied by then: those of whole batches.
KILLS = [("writing", 2, ROWS), ("committed", 1, 2 * ROWS), ("writing", 2, 3 * ROWS)]


@pytest.fixture(scope="module")
def process(django_db_setup: None) -> Iterator[ForkingProcess]:
    process = ForkingProcess("luffy_api.tests.processes.dying_import", connection.settings_dict)
    yield process
    process.close()


def ready() -> Import:
    """Thirty courses of two sections each, checked and about to be applied."""
    category, teacher = CategoryFactory(), TeacherFactory()
    courses = [[name, category.name, teacher.name, 99] for name in COURSES]
    outline = [[name, 1, "基础", section] for name in COURSES for section in ("变量", "函数")]
    book = {
        "课程": [["课程名称", "分类", "讲师", "价格"], *courses],
        "大纲": [["课程", "第几章", "章节标题", "课时标题"], *outline],
    }
    job = checked("courses", xlsx(**book))
    services.apply_import(job, user_id=job.created_by_id)
    return job


@contextmanager
def students_who_buy() -> Iterator[None]:
    """One after the other places an order, until the block is over; none is refused."""
    course, stop, failed = CourseFactory(price=9), Event(), []

    def buy() -> None:
        try:
            while not stop.is_set():
                student, total = UserFactory(), Decimal(9)
                checkout.place_order(user_id=student.pk, course_ids=[course.pk], total_amount=total)
                time.sleep(0.02)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=buy)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert failed == []


def waits_for_one_more() -> None:
    """Return when an order has been placed that was not there before."""
    placed, until = Order.objects.count(), time.monotonic() + 60
    while Order.objects.count() == placed:
        assert time.monotonic() < until
        time.sleep(0.01)


def applied() -> int:
    return ImportRow.objects.filter(state=ImportRow.State.APPLIED).count()


def written() -> int:
    """Imported courses and their sections."""
    courses = Course.objects.filter(name__in=COURSES).count()
    return courses + CourseSection.objects.filter(chapter__course__name__in=COURSES).count()


def test_an_import_of_killed_processes_is_applied_once_while_students_buy(process, settings):
    settings.IMPORT_BATCH_ROWS = ROWS
    job = ready()

    with students_who_buy():
        for point, batch, rows in KILLS:
            ended = process.ask(job=job.pk, point=point, batch=batch, rows=ROWS)

            assert ended == -signal.SIGKILL
            assert applied() == written() == rows
            # What the dead one held holds nobody up.
            waits_for_one_more()
            Import.objects.update(leased_until=None)
        tasks.continue_imports()

    job.refresh_from_db()
    assert job.state == Import.State.DONE
    assert (job.summary["applied"], job.summary["failed"]) == (90, 0)
    sections = CourseSection.objects.values_list("chapter__course__name", "name")
    assert Counter(sections) == Counter(
        (name, each) for name in COURSES for each in ("变量", "函数")
    )
    assert Counter(
        Course.objects.filter(name__in=COURSES).values_list("name", "sections")
    ) == Counter((name, 2) for name in COURSES)
    entries = Counter(
        LogEntry.objects.exclude(object_repr="表.xlsx").values_list("object_repr", flat=True)
    )
    assert {entries[name] for name in COURSES} == {1}
    told = CatalogueEvent.objects.values_list("object_id", flat=True)
    assert set(Course.objects.filter(name__in=COURSES).values_list("pk", flat=True)) <= set(told)
