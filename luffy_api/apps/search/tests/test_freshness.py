"""The index follows the catalogue: at once, after a crash, and when nothing was said."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import CatalogueEvent, Course, CourseSection, Enrollment
from luffy_api.apps.search import documents, indexing, locks, selectors, tasks
from luffy_api.apps.search.exceptions import AlreadyRebuilding, BackendDown, Taken
from luffy_api.common.admin import soft_delete
from luffy_api.tests.factories import ChapterFactory, CourseFactory, SectionFactory, UserFactory

URL = "/api/v1/course/search/"


def found(text):
    return selectors.search(text=text).ids


def waiting():
    return CatalogueEvent.objects.filter(processed_at=None).count()


def test_what_is_saved_leaves_its_record_in_the_same_transaction(db):
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


def test_what_is_deleted_leaves_its_record(db):
    section = SectionFactory()
    CatalogueEvent.objects.all().delete()

    section.delete()

    assert CatalogueEvent.objects.get().object_id == section.chapter.course_id


def test_a_new_name_is_found_and_the_old_one_is_not(empty_index):
    course = CourseFactory(name="爬虫")
    indexing.drain()

    course.name = "运维"
    course.save()
    indexing.drain()

    assert (found("爬虫"), found("运维")) == ([], [course.pk])


@pytest.mark.parametrize("change", ["teacher", "course_category", "chapter", "section"])
def test_what_belongs_to_a_course_changes_it(empty_index, change):
    section = SectionFactory(name="旧")
    course = section.chapter.course
    row = {"chapter": section.chapter, "section": section}.get(change) or getattr(course, change)
    indexing.drain()

    row.name = "闭包"
    row.save()
    indexing.drain()

    assert found("闭包") == [course.pk]


def test_a_course_that_leaves_the_shelf_leaves_the_index(empty_index):
    course = CourseFactory(name="爬虫")
    indexing.drain()

    soft_delete(course)
    indexing.drain()

    assert empty_index.fingerprints(after=0, limit=9) == []


def test_a_hidden_course_is_never_shown_by_a_stale_index(api, empty_index):
    # given five hits of which the index does not know that the second is hidden
    courses = [CourseFactory(name="爬虫", students=9 - n) for n in range(5)]
    indexing.drain()
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
    monkeypatch.setattr("luffy_api.apps.search.shelf._FEW", 2)
    courses = [CourseFactory(name="爬虫", students=9 - n) for n in range(4)]
    indexing.drain()
    api.get(URL, {"search": "爬虫"})
    Course.objects.filter(pk=courses[0].pk).update(is_show=False)

    data = api.get(URL, {"search": "爬虫", "page_size": 2}).json()["data"]

    assert (data["count"], len(data["results"])) == (3, 2)
    assert courses[0].pk not in [row["id"] for row in data["results"]]


def test_the_comparison_finds_what_left_no_record(empty_index):
    # given changes that passed by the models
    renamed, hidden, gone = (CourseFactory(name="爬虫") for _ in range(3))
    indexing.drain()
    Course.objects.filter(pk=renamed.pk).update(name="运维")
    Course.objects.filter(pk=hidden.pk).update(is_show=False)
    Course.objects.filter(pk=gone.pk).delete()
    [new] = Course.objects.bulk_create(
        [Course(name="协程", course_category=renamed.course_category, teacher=renamed.teacher)]
    )
    section = SectionFactory(course=renamed)
    indexing.drain()
    CourseSection.objects.filter(pk=section.pk).update(name="闭包")

    assert indexing.sweep() == 4
    assert (found("运维"), found("协程"), found("闭包")) == ([renamed.pk], [new.pk], [renamed.pk])
    assert found("爬虫") == []
    assert indexing.sweep() == 0


def test_a_crash_while_draining_loses_nothing(empty_index, monkeypatch):
    # given a process that dies after the index has it and before the outbox is marked
    course = CourseFactory(name="爬虫")
    monkeypatch.setattr(timezone, "now", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        indexing.drain()
    monkeypatch.undo()
    locks.IndexLock.objects.update(until=timezone.now())

    # when the next one comes
    assert waiting() > 0
    indexing.drain()

    # then the course is there, once
    assert found("爬虫") == [course.pk]
    assert waiting() == 0


def test_an_engine_that_takes_no_writes_keeps_the_outbox(empty_index, monkeypatch):
    CourseFactory(name="爬虫")
    monkeypatch.setattr(empty_index, "index", lambda documents: (_ for _ in ()).throw(BackendDown))
    with pytest.raises(BackendDown):
        indexing.drain()
    monkeypatch.undo()

    assert waiting() > 0
    indexing.drain()
    assert len(found("爬虫")) == 1


def test_only_one_process_writes_at_a_time(empty_index):
    CourseFactory(name="爬虫")
    with locks.hold(locks.WRITING), pytest.raises(Taken):
        indexing.drain()
    assert indexing.drain() == 1


def test_a_lock_whose_holder_died_is_free_after_its_time(db):
    dead = locks.Lock(locks.WRITING)
    assert dead.take()
    assert not locks.Lock(locks.WRITING).take()

    locks.IndexLock.objects.update(until=timezone.now())

    assert locks.Lock(locks.WRITING).take()
    with pytest.raises(Taken):
        dead.renew()


def test_a_rebuild_hears_of_changes_made_and_drained_meanwhile(empty_index, monkeypatch):
    # given a rebuild, and a change after it has read the course
    course = CourseFactory(name="爬虫")
    later = CourseFactory(name="协程")
    indexing.drain()
    read = documents.build_all

    def read_then_change(ids, cutter, **options):
        found = read(ids, cutter, **options)
        monkeypatch.setattr(documents, "build_all", read)
        course.name = "运维"
        course.save()
        soft_delete(later)
        # that goes to the index in use at once
        indexing.drain()
        assert selectors.search(text="运维").ids == [course.pk]
        return found

    monkeypatch.setattr(documents, "build_all", read_then_change)
    indexing.rebuild()

    assert (found("爬虫"), found("运维"), found("协程")) == ([], [course.pk], [])


def test_two_rebuilds_at_once_are_one(empty_index):
    with locks.hold(locks.REBUILDING), pytest.raises(AlreadyRebuilding):
        indexing.rebuild()
    assert indexing.rebuild() == 0


def test_a_rebuild_that_fails_leaves_the_old_index(empty_index, monkeypatch):
    course = CourseFactory(name="爬虫")
    indexing.drain()
    monkeypatch.setattr(documents, "build_all", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        indexing.rebuild()
    monkeypatch.undo()

    assert found("爬虫") == [course.pk]
    assert indexing.rebuild() == 1


def test_joining_a_course_is_no_change_of_the_catalogue(db):
    course, student = CourseFactory(), UserFactory()
    CatalogueEvent.objects.all().delete()

    enrollment.enroll(user_id=student.pk, course_id=course.pk, source=Enrollment.Source.ORDER)

    assert not CatalogueEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_commit_brings_the_change_into_the_index_without_anyone_asking(fts5):
    indexing.rebuild()
    cache.clear()

    course = CourseFactory(name="爬虫")
    cache.clear()
    course.save()

    assert found("爬虫") == [course.pk]


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_down_does_not_spoil_the_change(fts5, monkeypatch):
    monkeypatch.setattr(tasks.drain_search.huey.storage, "enqueue", lambda *a, **k: 1 / 0)
    monkeypatch.setattr(cache, "add", lambda *a, **k: 1 / 0)

    CourseFactory(name="爬虫")

    assert waiting() > 0


def test_the_minute_brings_what_a_lost_task_has_left(empty_index):
    course = CourseFactory(name="爬虫")

    tasks.keep_search_fresh.call_local()

    assert found("爬虫") == [course.pk]


def test_old_rows_of_the_outbox_go_and_waiting_ones_stay(db):
    old = timezone.now() - indexing.KEEP_DRAINED * 2
    for drained in (old, timezone.now(), None):
        CatalogueEvent.objects.create(subject=1, object_id=1, processed_at=drained)

    indexing.forget_drained()

    assert set(CatalogueEvent.objects.values_list("processed_at", flat=True)) >= {None}
    assert not CatalogueEvent.objects.filter(processed_at=old).exists()
    assert CatalogueEvent.objects.count() == 2
