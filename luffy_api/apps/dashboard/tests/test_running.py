"""Rows are applied in batches; what is killed goes on, and two never do the same."""

from datetime import timedelta
from threading import Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone

from luffy_api.apps.course.models import CourseCategory
from luffy_api.apps.dashboard import cleanup, services, tasks
from luffy_api.apps.dashboard.exceptions import ImportMoved
from luffy_api.apps.dashboard.imports import running
from luffy_api.apps.dashboard.imports.resources.catalogue import CategoryResource
from luffy_api.apps.dashboard.locks import take_lease
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.apps.dashboard.tests.sheets import applied, checked, csv, errors, staged, xlsx
from luffy_api.apps.monitoring.models import AuditOrigin
from luffy_api.common import audit_log
from luffy_api.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

MANY = csv("名称", *(f"分类{n}" for n in range(25)))


@pytest.fixture
def small_batches(settings):
    settings.IMPORT_BATCH_ROWS = 10


def ready(content=MANY):
    job = checked("categories", content)
    services.apply_import(job, user_id=job.created_by_id)
    return job


class Killed(BaseException):
    """The process ends here, without a word to anybody."""


def die_in(monkeypatch, batch):
    """The process dies after the rows of this batch were written, before its COMMIT."""
    write, count = CategoryResource.write, [0]

    def dying(self, rows):
        write(self, rows)
        count[0] += 1
        if count[0] == batch:
            raise Killed

    monkeypatch.setattr(CategoryResource, "write", dying)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_an_import_that_is_killed_goes_on_where_it_was(monkeypatch, batch):
    job = ready()
    with monkeypatch.context() as patch:
        die_in(patch, batch)
        with pytest.raises(Killed):
            running.run(job.pk, seconds=60)
    assert CourseCategory.objects.count() == 10 * (batch - 1)

    # The lease of the dead process is respected while it lasts.
    tasks.continue_imports()
    assert CourseCategory.objects.count() == 10 * (batch - 1)
    Import.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.continue_imports()

    job.refresh_from_db()
    assert job.state == Import.State.DONE
    assert CourseCategory.objects.count() == job.summary["applied"] == 25


@pytest.mark.usefixtures("small_batches")
def test_a_check_that_is_killed_goes_on_and_still_sees_repeated_rows(monkeypatch):
    monkeypatch.setattr(running, "CHECK_BATCH", 10)
    job = staged("categories", MANY + "\r\n分类0".encode())
    check, count = CategoryResource.prepare, [0]

    def dying(self, rows):
        count[0] += 1
        if count[0] == 2:
            raise Killed
        check(self, rows)

    with monkeypatch.context() as patch:
        patch.setattr(CategoryResource, "prepare", dying)
        with pytest.raises(Killed):
            running.run(job.pk, seconds=60)
    assert job.rows.filter(state=ImportRow.State.CHECKED).count() == 10
    Import.objects.update(leased_until=None)
    tasks.continue_imports()

    assert errors(job) == {27: {"": ["与第 2 行重复"]}}


def test_what_is_left_after_a_while_is_another_task(monkeypatch):
    monkeypatch.setattr(running, "CHECK_BATCH", 10)
    job = staged("categories", MANY)

    assert running.run(job.pk, seconds=0)
    tasks.work_on_import(job.pk)

    job.refresh_from_db()
    assert job.state == Import.State.READY


def test_a_second_process_does_nothing_while_the_first_holds_the_lease():
    job = ready()
    assert take_lease(job.pk, "first")

    assert not running.run(job.pk, seconds=60)

    assert not CourseCategory.objects.exists()


@pytest.mark.usefixtures("small_batches")
def test_who_has_lost_the_lease_writes_nothing_more(monkeypatch):
    job = ready()
    write = CategoryResource.write

    def slow(self, rows):
        write(self, rows)
        Import.objects.update(lease="another")

    monkeypatch.setattr(CategoryResource, "write", slow)

    assert not running.run(job.pk, seconds=60)
    assert CourseCategory.objects.count() == 10


def test_what_somebody_changed_since_the_check_is_not_overwritten():
    row = CategoryFactory(name="Python", orders=5)
    job = ready(xlsx(["名称", "排序"], ["Python", 1], ["Linux", 2]))
    CourseCategory.objects.filter(pk=row.pk).update(orders=3)

    running.run(job.pk, seconds=60)

    row.refresh_from_db()
    job.refresh_from_db()
    assert row.orders == 3
    assert errors(job) == {2: {"": [running.CHANGED_MEANWHILE]}}
    assert (job.summary["applied"], job.summary["failed"]) == (1, 1)


def test_a_row_that_the_database_refuses_leaves_the_others_alone(monkeypatch):
    job = ready(csv("名称", "Python", "Linux", "前端"))
    CategoryFactory(name="Linux")
    # As if the rival had committed between the check and the insert.
    monkeypatch.setattr(CategoryResource, "prepare", lambda self, rows: None)

    running.run(job.pk, seconds=60)

    job.refresh_from_db()
    assert errors(job) == {3: {"": [running.TAKEN_MEANWHILE]}}
    assert job.state == Import.State.DONE
    assert CourseCategory.objects.count() == 3


def test_a_fault_of_ours_stops_the_import_and_it_can_go_on(monkeypatch):
    job = ready()
    with monkeypatch.context() as patch:
        patch.setattr(CategoryResource, "write", lambda self, rows: 1 / 0)
        assert not running.run(job.pk, seconds=60)
    job.refresh_from_db()
    assert job.state == Import.State.FAILED

    services.resume_import(job, user_id=job.created_by_id)
    running.run(job.pk, seconds=60)

    assert CourseCategory.objects.count() == 25


def test_an_import_is_applied_once_and_a_cancelled_one_not_at_all():
    done = applied("categories", csv("名称", "Python"))
    wrong = checked("categories", csv("名称,排序", "Linux,x"))
    cancelled = checked("categories", csv("名称", "Linux"))
    services.cancel_import(cancelled, user_id=cancelled.created_by_id)

    for job in (done, wrong, cancelled):
        with pytest.raises(ImportMoved):
            services.apply_import(job, user_id=job.created_by_id)
        assert not running.run(job.pk, seconds=60)
    with pytest.raises(ImportMoved):
        services.resume_import(cancelled, user_id=cancelled.created_by_id)
    assert CourseCategory.objects.count() == 1


def test_what_an_import_writes_is_logged_with_where_it_was_started_from():
    job = checked("categories", MANY)
    with audit_log.acting_from("192.0.2.7"):
        services.apply_import(job, user_id=job.created_by_id)

    running.run(job.pk, seconds=60)

    entries = LogEntry.objects.filter(change_message__startswith=f"导入 #{job.pk}")
    assert entries.count() == 25
    assert {each.origin.address for each in entries} == {"192.0.2.7"}


def test_what_no_request_has_started_is_logged_without_an_address():
    job = ready()

    running.run(job.pk, seconds=60)

    assert LogEntry.objects.filter(change_message__startswith="导入 #").count() == 25
    assert not AuditOrigin.objects.exists()


def test_rows_are_deleted_after_some_days_and_the_summary_stays():
    job, waiting = applied("categories", MANY), checked("categories", csv("名称", "Linux"))
    working = staged("categories", csv("名称", "Go"))
    Import.objects.update(updated_time=timezone.now() - timedelta(days=8))
    fresh = checked("categories", csv("名称", "前端"))

    cleanup.clean_up()

    left = set(ImportRow.objects.values_list("job", flat=True))
    assert left == {working.pk, fresh.pk}
    job.refresh_from_db()
    waiting.refresh_from_db()
    assert job.summary["applied"] == 25
    assert waiting.state == Import.State.CANCELLED


def test_a_file_whose_reader_died_is_told():
    job = staged("categories", MANY)
    long_ago = timezone.now() - timedelta(hours=1)
    Import.objects.update(state=Import.State.READING, created_time=long_ago)

    tasks.continue_imports()

    job.refresh_from_db()
    assert job.state == Import.State.FAILED


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_batches")
def test_two_imports_of_the_same_rows_at_once_write_each_row_once():
    jobs = [ready() for _ in range(2)]

    def work(job):
        try:
            running.run(job.pk, seconds=60)
        finally:
            connection.close()

    threads = [Thread(target=work, args=[job]) for job in jobs for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    summaries = [Import.objects.get(pk=job.pk).summary for job in jobs]
    assert CourseCategory.objects.count() == 25
    assert sum(each["applied"] for each in summaries) == 25
    assert sum(each["failed"] for each in summaries) == 25
