"""The index follows the catalogue: at once, after a crash, and without a row in the outbox."""

import gc
import time
from queue import Queue

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import (
    CatalogueEvent,
    Course,
    CourseSection,
    EnrollmentGrant,
)
from luffy_api.apps.search import documents, indexing, locks, selectors, tasks, visibility
from luffy_api.apps.search.exceptions import AlreadyRebuilding, BackendUnavailable, LockNotAcquired
from luffy_api.common.admin import soft_delete
from luffy_api.tests.factories import ChapterFactory, CourseFactory, SectionFactory, UserFactory

URL = "/api/v1/course/search/"


def found(text):
    return selectors.search(text=text).ids


def waiting():
    return CatalogueEvent.objects.filter(processed_at=None).count()


def test_a_save_writes_to_the_outbox_in_the_same_transaction(db):
    course = CourseFactory()
    CatalogueEvent.objects.all().delete()

    course.save()
    course.teacher.save()
    course.course_category.save()

    rows = list(CatalogueEvent.objects.order_by("pk").values_list("subject", "object_id"))
    assert rows == [(1, course.pk), (3, course.teacher_id), (2, course.course_category_id)]


def test_a_section_that_moves_changes_both_courses(db):
    section, elsewhere = SectionFactory(), ChapterFactory()
    before = section.chapter.course_id
    CatalogueEvent.objects.all().delete()

    section.chapter = elsewhere
    section.save()

    ids = CatalogueEvent.objects.values_list("object_id", flat=True)
    assert set(ids) == {before, elsewhere.course_id}


def test_a_deletion_writes_to_the_outbox(db):
    section = SectionFactory()
    CatalogueEvent.objects.all().delete()

    section.delete()

    assert CatalogueEvent.objects.get().object_id == section.chapter.course_id


def test_a_new_name_is_found_and_the_old_one_is_not(empty_index):
    course = CourseFactory(name="爬虫")
    indexing.process_outbox()

    course.name = "运维"
    course.save()
    indexing.process_outbox()

    assert (found("爬虫"), found("运维")) == ([], [course.pk])


@pytest.mark.parametrize("change", ["teacher", "course_category", "chapter", "section"])
def test_what_belongs_to_a_course_changes_it(empty_index, change):
    section = SectionFactory(name="旧")
    course = section.chapter.course
    row = {"chapter": section.chapter, "section": section}.get(change) or getattr(course, change)
    indexing.process_outbox()

    row.name = "闭包"
    row.save()
    indexing.process_outbox()

    assert found("闭包") == [course.pk]


def test_a_course_that_is_no_longer_listed_leaves_the_index(empty_index):
    course = CourseFactory(name="爬虫")
    indexing.process_outbox()

    soft_delete(course)
    indexing.process_outbox()

    assert empty_index.fingerprints(after=0, limit=9) == []


def test_a_hidden_course_is_never_shown_by_a_stale_index(api, empty_index):
    # given five hits of which the index does not know that the second is hidden
    courses = [CourseFactory(name="爬虫", students=9 - n) for n in range(5)]
    indexing.process_outbox()
    Course.objects.filter(pk=courses[1].pk).update(is_show=False)

    # when two pages are asked for
    pages = [
        api.get(URL, {"search": "爬虫", "page_size": 2, "page": n}).json()["data"] for n in (1, 2)
    ]

    # then they are full, without a hole, and the sum is right
    assert [row["id"] for page in pages for row in page["results"]] == [
        courses[n].pk for n in (0, 2, 3, 4)
    ]
    assert [page["count"] for page in pages] == [4, 4]


def test_many_hits_lose_a_hidden_course_as_well(api, empty_index, monkeypatch):
    monkeypatch.setattr("luffy_api.apps.search.visibility._MAX_CHECKED_IDS", 2)
    courses = [CourseFactory(name="爬虫", students=9 - n) for n in range(4)]
    indexing.process_outbox()
    api.get(URL, {"search": "爬虫"})
    Course.objects.filter(pk=courses[0].pk).update(is_show=False)

    data = api.get(URL, {"search": "爬虫", "page_size": 2}).json()["data"]

    assert (data["count"], len(data["results"])) == (3, 2)
    assert courses[0].pk not in [row["id"] for row in data["results"]]


def test_hidden_courses_are_read_again_after_no_thread_could_be_started(
    empty_index, monkeypatch, no_threads
):
    hidden = CourseFactory(is_show=False)
    cached = visibility._HiddenIds()
    cached.refresh()
    monkeypatch.setattr(visibility, "_REFRESH_AFTER_SECONDS", 0)

    with no_threads():
        assert cached.get() == {hidden.pk}

    assert not cached._refreshing.locked()


def test_verification_finds_what_left_no_row_in_the_outbox(empty_index):
    # given changes that passed by the models
    renamed, hidden, gone = (CourseFactory(name="爬虫") for _ in range(3))
    indexing.process_outbox()
    Course.objects.filter(pk=renamed.pk).update(name="运维")
    Course.objects.filter(pk=hidden.pk).update(is_show=False)
    Course.objects.filter(pk=gone.pk).delete()
    parts = {"course_category": renamed.course_category, "teacher": renamed.teacher}
    [new] = Course.objects.bulk_create([CourseFactory.build(name="协程", **parts)])
    section = SectionFactory(course=renamed)
    indexing.process_outbox()
    CourseSection.objects.filter(pk=section.pk).update(name="闭包")

    assert indexing.verify_index() == 4
    assert (found("运维"), found("协程"), found("闭包")) == ([renamed.pk], [new.pk], [renamed.pk])
    assert found("爬虫") == []
    assert indexing.verify_index() == 0


def test_a_crash_while_processing_the_outbox_loses_nothing(empty_index, monkeypatch):
    # given a process that dies after the index has it and before the outbox is marked
    course = CourseFactory(name="爬虫")
    monkeypatch.setattr(timezone, "now", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        indexing.process_outbox()
    monkeypatch.undo()
    locks.IndexLock.objects.update(until=timezone.now())

    # when the next one comes
    assert waiting() > 0
    indexing.process_outbox()

    # then the course is there, once
    assert found("爬虫") == [course.pk]
    assert waiting() == 0


def test_an_engine_that_takes_no_writes_keeps_the_outbox(empty_index, monkeypatch):
    CourseFactory(name="爬虫")
    monkeypatch.setattr(
        empty_index, "index", lambda documents: (_ for _ in ()).throw(BackendUnavailable)
    )
    with pytest.raises(BackendUnavailable):
        indexing.process_outbox()
    monkeypatch.undo()

    assert waiting() > 0
    indexing.process_outbox()
    assert len(found("爬虫")) == 1


def test_only_one_process_writes_at_a_time(empty_index):
    CourseFactory(name="爬虫")
    with locks.acquire(locks.WRITING), pytest.raises(LockNotAcquired):
        indexing.process_outbox()
    assert indexing.process_outbox() == 1


def test_a_lock_whose_holder_died_is_free_after_its_time(db):
    dead = locks.Lock(locks.WRITING)
    assert dead.try_acquire()
    assert not locks.Lock(locks.WRITING).try_acquire()

    locks.IndexLock.objects.update(until=timezone.now())

    assert locks.Lock(locks.WRITING).try_acquire()
    with pytest.raises(LockNotAcquired):
        dead.extend()


def test_a_rebuild_includes_changes_made_and_processed_meanwhile(empty_index, monkeypatch):
    # given a rebuild, and a change after it has read the course
    course = CourseFactory(name="爬虫")
    later = CourseFactory(name="协程")
    indexing.process_outbox()
    read = documents.build_documents

    def read_then_change(ids, tokenizer, **options):
        found = read(ids, tokenizer, **options)
        monkeypatch.setattr(documents, "build_documents", read)
        course.name = "运维"
        course.save()
        soft_delete(later)
        # that goes to the index in use at once
        indexing.process_outbox()
        assert selectors.search(text="运维").ids == [course.pk]
        return found

    monkeypatch.setattr(documents, "build_documents", read_then_change)
    indexing.rebuild()

    assert (found("爬虫"), found("运维"), found("协程")) == ([], [course.pk], [])


def test_a_second_rebuild_at_the_same_time_is_refused(empty_index):
    with locks.acquire(locks.REBUILDING), pytest.raises(AlreadyRebuilding):
        indexing.rebuild()
    assert indexing.rebuild() == 0


def test_the_lock_of_a_rebuild_is_held_while_the_engine_takes_long_to_finish(
    empty_index, monkeypatch
):
    CourseFactory(name="一门课")
    unused = empty_index.begin_build(())
    unused.discard()
    build, extended = type(unused), Queue[float]()
    finish, extend = build.finish, locks.Lock.extend

    def slow(self):
        began = time.monotonic()
        # One may be what it begins with.
        while sum(extended.get(timeout=30) > began for _ in range(2)) < 2:
            pass
        finish(self)

    def note(self):
        extend(self)
        extended.put(time.monotonic())

    monkeypatch.setattr(build, "finish", slow)
    monkeypatch.setattr(locks.Lock, "extend", note)
    monkeypatch.setattr(indexing, "_EXTEND_SECONDS", 0.05)

    assert indexing.rebuild() == 1


def test_a_rebuild_that_fails_leaves_the_old_index(empty_index, monkeypatch):
    course = CourseFactory(name="爬虫")
    indexing.process_outbox()
    monkeypatch.setattr(documents, "build_documents", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        indexing.rebuild()
    monkeypatch.undo()

    assert found("爬虫") == [course.pk]
    assert indexing.rebuild() == 1


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="MariaDB has statistics, and chooses by them"
)
@pytest.mark.parametrize("contiguous", [True, False])
def test_sources_are_read_by_their_ids_and_not_by_the_index_of_all_that_are_listed(
    db, django_assert_num_queries, contiguous
):
    shown, hidden = CourseFactory(), CourseFactory(is_show=False)

    with django_assert_num_queries(3) as asked:
        sources = documents.load_sources([shown.pk, hidden.pk], contiguous=contiguous)

    assert [source.id for source in sources] == [shown.pk]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = [row[3] for row in cursor.fetchall()]
    assert plan[0].startswith("SEARCH luffy_course USING INTEGER PRIMARY KEY")


def test_a_rebuild_looks_for_no_cycles_while_it_reads(empty_index, monkeypatch):
    CourseFactory()
    read, collecting = documents.build_documents, []

    def looked(*args, **options):
        collecting.append(gc.isenabled())
        return read(*args, **options)

    monkeypatch.setattr(documents, "build_documents", looked)
    gc.enable()
    try:
        indexing.rebuild()
        assert gc.isenabled()
    finally:
        gc.disable()

    # What changed meanwhile is read once more before the swap.
    assert collecting[0] is False


def test_joining_a_course_is_no_change_of_the_catalogue(db):
    course, student = CourseFactory(), UserFactory()
    CatalogueEvent.objects.all().delete()

    enrollment.enroll(user_id=student.pk, course_id=course.pk, source=EnrollmentGrant.Source.ORDER)

    assert not CatalogueEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_commit_updates_the_index(fts5):
    indexing.rebuild()
    cache.clear()

    course = CourseFactory(name="爬虫")
    cache.clear()
    course.save()

    assert found("爬虫") == [course.pk]


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_down_does_not_spoil_the_change(fts5, monkeypatch):
    monkeypatch.setattr(tasks.update_search_index.huey.storage, "enqueue", lambda *a, **k: 1 / 0)
    monkeypatch.setattr(cache, "add", lambda *a, **k: 1 / 0)

    CourseFactory(name="爬虫")

    assert waiting() > 0


def test_the_periodic_task_processes_what_a_lost_task_has_left(empty_index):
    course = CourseFactory(name="爬虫")

    tasks.ensure_search_index.call_local()

    assert found("爬虫") == [course.pk]


def test_processed_rows_of_the_outbox_are_deleted_and_pending_ones_stay(db):
    old = timezone.now() - indexing.PROCESSED_RETENTION * 2
    for processed_at in (old, timezone.now(), None):
        CatalogueEvent.objects.create(subject=1, object_id=1, processed_at=processed_at)

    indexing.delete_processed()

    assert set(CatalogueEvent.objects.values_list("processed_at", flat=True)) >= {None}
    assert not CatalogueEvent.objects.filter(processed_at=old).exists()
    assert CatalogueEvent.objects.count() == 2
