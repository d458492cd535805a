"""The outline of a course on its page of the back office: what it shows, who may change what."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from luffy_api.apps.course.models import CatalogueEvent, CourseChapter, CourseSection
from luffy_api.apps.publishing.models import Publication
from luffy_api.apps.video.models import TranscodingJob, Video, VideoUpload
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.factories import ChapterFactory, CourseFactory, SectionFactory, current_video
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db

TOO_MANY = 5001
HUGE = 2**63


def outline_of(course):
    return f"/api/v1/course/{course.pk}/outline/"


def browser(**fields):
    client = APIClient()
    client.force_login(staff(roles.OPERATIONS, **fields))
    return client


def with_rights(*codenames):
    """Somebody with these rights alone."""
    user = staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def operations():
    return browser(username="李四")


@pytest.fixture
def course():
    """Two chapters: 一 with a, b, c and 二 with d."""
    made = CourseFactory()
    first = ChapterFactory(course=made, name="一", chapter=1)
    second = ChapterFactory(course=made, name="二", chapter=2)
    for rank, name in enumerate("abc", start=1):
        SectionFactory(chapter=first, name=name, orders=rank)
    SectionFactory(chapter=second, name="d", orders=1)
    return made


def shown(client, course):
    """What the page has: chapters with the names of their sections."""
    data = client.get(outline_of(course)).json()["data"]
    return {row["name"]: [each["name"] for each in row["sections"]] for row in data["chapters"]}


def chapters_of(client, course):
    return {row["name"]: row for row in client.get(outline_of(course)).json()["data"]["chapters"]}


def read_at(client, course):
    return client.get(outline_of(course)).json()["data"]["read_at"]


def ids(names):
    rows = dict(CourseSection.objects.values_list("name", "pk"))
    return [rows[name] for name in names]


def change(chapter, seen, order):
    pk = CourseChapter.objects.get(name=chapter).pk
    return {"chapter": pk, "seen": ids(seen), "order": ids(order)}


def move(client, course, *changes, at=None):
    """Sends what somebody has moved."""
    body = {"read_at": at or read_at(client, course), "chapters": list(changes)}
    return client.put(f"{outline_of(course)}section/order/", body, format="json")


def move_chapters(client, course, seen, order, at=None):
    rows = dict(CourseChapter.objects.values_list("name", "pk"))
    body = {
        "read_at": at or read_at(client, course),
        "seen": [rows[name] for name in seen],
        "order": [rows[name] for name in order],
    }
    return client.put(f"{outline_of(course)}chapter/order/", body, format="json")


# --- What it shows --------------------------------------------------------------------------------


def test_it_shows_each_section_with_its_kind_state_and_length(operations, course):
    working = SectionFactory(
        chapter__course=course, chapter__chapter=3, name="e", video_state=Video.State.PROCESSING
    )
    TranscodingJob.objects.create(video=current_video(working), progress=40)
    text = {"section_type": 0, "video": "", "duration": 0}
    SectionFactory(chapter=working.chapter, name="f", content="正文", **text)
    SectionFactory(chapter=working.chapter, name="g", is_show=False, free_trail=True, **text)
    SectionFactory(chapter=working.chapter, name="h", is_delete=True)
    SectionFactory(
        chapter=working.chapter, name="i", video_state=Video.State.FAILED, video_note="已损坏"
    )

    answer = operations.get(outline_of(course)).json()["data"]

    assert [each["name"] for each in answer["chapters"]] == ["一", "二", working.chapter.name]
    rows = {row["name"]: row for row in answer["chapters"][2]["sections"]}
    assert list(rows) == ["e", "f", "g", "i"]
    assert rows["e"]["media"] == {
        "id": working.pk,
        "state": 2,
        "progress": 40,
        "error": "",
        "playable": True,
        "duration": 600,
    }
    assert [rows[name]["has_text"] for name in "fg"] == [True, False]
    assert (rows["g"]["is_show"], rows["g"]["free_trail"]) == (False, True)
    assert (rows["i"]["media"]["state"], rows["i"]["media"]["error"]) == (4, "已损坏")
    assert answer["rights"] == dict.fromkeys(answer["rights"], True)


def test_the_newest_video_and_an_upload_that_is_open_are_what_is_told(operations, course):
    section = CourseSection.objects.get(name="a")
    Video.objects.create(section=section, file="new.mp4", state=Video.State.FAILED, note="坏")
    other = CourseSection.objects.get(name="b")
    upload = VideoUpload(section=other, user=staff(), filename="b.mp4", size=1, part_size=1)
    upload.expires_at = "2999-01-01T00:00Z"
    upload.save()

    rows = chapters_of(operations, course)["一"]["sections"]

    assert [row["media"]["state"] for row in rows] == [4, 1, 3]


def test_the_number_of_queries_does_not_grow(operations, course):
    with CaptureQueriesContext(connection) as asked:
        operations.get(outline_of(course))
    for _ in range(10):
        SectionFactory.create_batch(3, chapter=ChapterFactory(course=course))
    with CaptureQueriesContext(connection) as again:
        operations.get(outline_of(course))
    assert len(asked) == len(again)
    about_it = [each for each in again.captured_queries if "luffy_course" in each["sql"]]
    assert len(about_it) == 3


def test_states_of_many_sections_are_one_small_query(operations, course):
    foreign = SectionFactory()
    wanted = [*ids("abc"), foreign.pk, 999_999]
    query = {"sections": ",".join(map(str, wanted))}

    with CaptureQueriesContext(connection) as asked:
        answer = operations.get(f"{outline_of(course)}media/", query)

    assert sorted(row["id"] for row in answer.json()["data"]) == sorted(ids("abc"))
    assert len([each for each in asked.captured_queries if "luffy_course" in each["sql"]]) == 1


@pytest.mark.any_database
def test_what_are_no_sections_is_refused(operations, course):
    wrong = ("", "0", "a", "1,,2", "1, 2", "-1", "1,2,", "9" * 19, "1," * 6000 + "1", "１")
    for query in wrong:
        answer = operations.get(f"{outline_of(course)}media/", {"sections": query})

        assert answer.status_code == 400, query[:80]


# --- Moving ---------------------------------------------------------------------------------------


def test_sections_change_places_in_their_chapter_and_numbers_follow(operations, course):
    answer = move(operations, course, change("一", "abc", "cab"))

    assert answer.status_code == 200
    assert shown(operations, course) == {"一": ["c", "a", "b"], "二": ["d"]}
    ranks = CourseSection.objects.filter(chapter__name="一").order_by("orders")
    assert list(ranks.values_list("orders", flat=True)) == [1, 2, 3]


def test_a_section_moves_to_another_chapter_and_the_log_says_so(operations, course):
    answer = move(operations, course, change("一", "abc", "ac"), change("二", "d", "bd"))

    assert answer.status_code == 200
    assert shown(operations, course) == {"一": ["a", "c"], "二": ["b", "d"]}
    entries = LogEntry.objects.values_list("object_repr", "change_message")
    assert sorted(entries) == [
        ("b", "从「第 1 章 一」移到「第 2 章 二」"),
        ("第 1 章 一", "调整了课时的排序"),
        ("第 2 章 二", "调整了课时的排序"),
    ]


def test_ranks_that_are_equal_become_different_ones(operations, course):
    CourseSection.objects.update(orders=100)

    move(operations, course, change("一", "abc", "bac"))

    assert shown(operations, course)["一"] == ["b", "a", "c"]
    rows = CourseSection.objects.filter(chapter__name="一").values_list("orders", flat=True)
    assert len(set(rows)) == 3
    assert CourseSection.objects.get(name="d").orders == 100


def test_a_hidden_chapter_takes_its_new_section_out_of_the_numbers_of_the_course(
    operations, course
):
    CourseChapter.objects.filter(name="二").update(is_show=False)

    move(operations, course, change("一", "abc", "ac"), change("二", "d", "db"))

    course.refresh_from_db()
    assert (course.sections, course.pub_sections, course.length) == (4, 2, 1200)


@pytest.mark.django_db(transaction=True)
def test_a_move_is_published_and_told_to_copies(operations, course):
    before = Publication.objects.count()
    at = read_at(operations, course)

    move(operations, course, change("一", "abc", "bac"), at=at)

    assert Publication.objects.count() == before + 1
    event = CatalogueEvent.objects.latest("pk")
    assert (event.subject, event.object_id) == (CatalogueEvent.Subject.COURSE, course.pk)


def test_the_order_that_is_stored_already_changes_nothing(operations, course):
    move(operations, course, change("一", "abc", "cab"))
    entries = LogEntry.objects.count()

    again = move(operations, course, change("一", "abc", "cab"))

    assert again.status_code == 200
    assert LogEntry.objects.count() == entries


def test_chapters_change_places_and_get_the_numbers_of_their_places(operations, course):
    ChapterFactory(course=course, name="三", chapter=5)

    answer = move_chapters(operations, course, "一二三", "三一二")

    assert [row["chapter"] for row in answer.json()["data"]["chapters"]] == [1, 2, 5]
    assert list(shown(operations, course)) == ["三", "一", "二"]
    told = LogEntry.objects.filter(content_type__model="coursechapter")
    assert sorted(told.values_list("change_message", flat=True)) == [
        "第几章：1 → 2",
        "第几章：2 → 5",
        "第几章：5 → 1",
    ]
    assert LogEntry.objects.get(content_type__model="course").change_message == "调整了章节的顺序"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([1, 1, 1], [1, 2, 3]), ([0, 0, 7], [0, 1, 2]), ([32767] * 3, [32765, 32766, 32767])],
)
def test_numbers_that_are_equal_become_different_ones(operations, numbers, expected):
    course = CourseFactory()
    for name, number in zip("一二三", numbers, strict=True):
        ChapterFactory(course=course, name=name, chapter=number)

    answer = move_chapters(operations, course, "一二三", "三二一")

    assert [row["chapter"] for row in answer.json()["data"]["chapters"]] == expected
    assert list(shown(operations, course)) == ["三", "二", "一"]


# --- Two people -----------------------------------------------------------------------------------


def test_whoever_moves_second_is_told_who_was_first_and_nothing_is_written(operations, course):
    other = browser(username="王五")
    at = read_at(other, course)
    move(operations, course, change("一", "abc", "cab"))

    answer = move(other, course, change("一", "abc", "bac"), at=at)

    assert answer.status_code == 409
    assert "李四 在 " in answer.json()["msg"]
    assert "没有保存" in answer.json()["msg"]
    assert shown(operations, course)["一"] == ["c", "a", "b"]


def test_moves_in_different_chapters_do_not_disturb_each_other(operations, course):
    SectionFactory(chapter=CourseChapter.objects.get(name="二"), name="e", orders=2)
    other = browser(username="王五")
    at = read_at(other, course)
    move(operations, course, change("一", "abc", "cab"))

    assert move(other, course, change("二", "de", "ed"), at=at).status_code == 200
    assert shown(operations, course) == {"一": ["c", "a", "b"], "二": ["e", "d"]}


@pytest.mark.parametrize("what", ["deleted", "moved", "added"])
def test_a_section_that_came_or_went_meanwhile_is_a_conflict(operations, course, what):
    at = read_at(operations, course)
    row = CourseSection.objects.get(name="b")
    if what == "added":
        SectionFactory(chapter=row.chapter, name="neu", orders=9)
    elif what == "moved":
        CourseSection.objects.filter(pk=row.pk).update(chapter=CourseChapter.objects.get(name="二"))
    else:
        CourseSection.objects.filter(pk=row.pk).update(is_delete=True)

    answer = move(operations, course, change("一", "abc", "cab"), at=at)

    assert answer.status_code == 409
    assert "系统（导入、转码等）" in answer.json()["msg"]


def test_a_chapter_that_came_meanwhile_is_a_conflict(operations, course):
    at = read_at(operations, course)
    browser(username="王五").post(f"{outline_of(course)}chapter/", {"name": "三"}, format="json")

    answer = move_chapters(operations, course, "一二", "二一", at=at)

    assert answer.status_code == 409
    assert "王五 在 " in answer.json()["msg"]


# --- What is refused ------------------------------------------------------------------------------


def test_ids_of_another_course_repeated_and_missing_ones_are_refused_in_words(operations, course):
    foreign = SectionFactory(name="z")
    ids_of = dict(CourseSection.objects.values_list("name", "pk"))
    a, b, c = ids_of["a"], ids_of["b"], ids_of["c"]
    chapter = CourseChapter.objects.get(name="一").pk
    for seen, order, told in [
        ([a, b, c, foreign.pk], [foreign.pk, a, b, c], "不属于该课程"),
        ([a, b, c], [a, a, b, c], "出现了两次"),
        ([a, b, c, c], [a, b, c], "出现了两次"),
        ([a, b, c], [a, b], "缺少或多出"),
        ([a, b], [a, b, c], "缺少或多出"),
        ([a, b, c], [], "缺少或多出"),
    ]:
        body = {"chapter": chapter, "seen": seen, "order": order}

        answer = move(operations, course, body)

        assert answer.status_code == 400, told
        assert told in answer.json()["msg"]
    assert shown(operations, course)["一"] == ["a", "b", "c"]
    foreign.refresh_from_db()
    assert foreign.chapter.course != course


def test_a_chapter_of_another_course_is_not_found(operations, course):
    SectionFactory(chapter__name="别的", name="z")

    assert move(operations, course, change("别的", "z", "z")).status_code == 404
    answer = move(operations, course, change("一", "abc", "ab"), change("别的", "z", "cz"))
    assert answer.status_code == 404
    assert "章节不存在" in answer.json()["msg"]


def test_the_same_chapter_twice_is_refused(operations, course):
    twice = change("一", "abc", "cab")

    answer = move(operations, course, twice, twice)

    assert answer.status_code == 400
    assert "同一章出现了两次" in answer.json()["msg"]


def test_foreign_chapters_are_refused(operations, course):
    ChapterFactory(name="别的")

    answer = move_chapters(operations, course, ["一", "二", "别的"], ["别的", "一", "二"])

    assert answer.status_code == 400
    assert "不属于该课程" in answer.json()["msg"]


BAD_TIMES = ["", "x", None, [], "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 1]


NO_ORDERS = [
    {},
    [],
    "x",
    {"chapters": []},
    {"chapters": "x"},
    {"chapters": [1]},
    {"chapters": [{"chapter": 1}]},
    {"chapters": [{"chapter": 0, "seen": [], "order": []}]},
    {"chapters": [{"chapter": HUGE, "seen": [], "order": []}]},
    {"chapters": [{"chapter": 1, "seen": [-1], "order": [-1]}]},
    {"chapters": [{"chapter": 1, "seen": [True], "order": [None]}]},
    {"chapters": [{"chapter": 1, "seen": [[1]], "order": [{}]}]},
    {"chapters": [{"chapter": 1, "seen": [1.5], "order": [1.5]}]},
    {"chapters": [{"chapter": 1, "seen": [1] * TOO_MANY, "order": [1] * TOO_MANY}]},
    {"seen": "x", "order": "x"},
    {"seen": [HUGE], "order": [HUGE]},
    {"seen": {"a": 1}, "order": None},
]


@pytest.mark.any_database
@pytest.mark.parametrize("kind", ["section", "chapter"])
def test_what_is_no_order_is_refused(operations, course, kind):
    for order in NO_ORDERS:
        body = {"read_at": "2026-01-01T00:00Z", **order} if isinstance(order, dict) else order

        answer = operations.put(f"{outline_of(course)}{kind}/order/", body, format="json")

        assert answer.status_code == 400, str(order)[:80]


def test_a_moment_that_cannot_be_is_no_error_of_ours(operations, course):
    for moment in BAD_TIMES:
        body = {"read_at": moment, "chapters": [change("一", "acb", "cab")]}

        answer = operations.put(f"{outline_of(course)}section/order/", body, format="json")

        assert answer.status_code in {400, 409}, moment


@pytest.mark.any_database
def test_a_huge_body_is_refused_before_it_is_read(operations, course):
    body = json.dumps({"seen": "x" * 300_000})

    answer = operations.generic(
        "PUT", f"{outline_of(course)}chapter/order/", body, content_type="application/json"
    )

    assert answer.status_code == 413


# --- New chapters and sections --------------------------------------------------------------------


def test_new_ones_come_last(operations, course):
    made = operations.post(f"{outline_of(course)}chapter/", {"name": " 三 "}, format="json")
    body = {"chapter": made.json()["data"]["id"], "name": "e", "section_type": 2}
    section = operations.post(f"{outline_of(course)}section/", body, format="json")
    body |= {"chapter": CourseChapter.objects.get(name="一").pk, "name": "f", "section_type": 0}
    operations.post(f"{outline_of(course)}section/", body, format="json")

    assert made.status_code == section.status_code == 201
    assert (made.json()["data"]["chapter"], made.json()["data"]["name"]) == (3, "三")
    assert section.json()["data"]["media"]["state"] == 0
    assert shown(operations, course) == {"一": ["a", "b", "c", "f"], "二": ["d"], "三": ["e"]}
    course.refresh_from_db()
    assert course.sections == 6
    log = LogEntry.objects.values_list("object_repr", "change_message")
    assert set(log) == {(name, "在课程页新建") for name in ("第 3 章 三", "e", "f")}


def test_behind_the_last_number_that_fits_there_is_still_room(operations, course):
    CourseChapter.objects.filter(name="二").update(chapter=32767)
    CourseSection.objects.filter(name="d").update(orders=2**31 - 1)
    body = {"chapter": CourseChapter.objects.get(name="二").pk, "name": "e", "section_type": 2}

    chapter = operations.post(f"{outline_of(course)}chapter/", {"name": "三"}, format="json")
    section = operations.post(f"{outline_of(course)}section/", body, format="json")

    assert (chapter.status_code, section.status_code) == (201, 201)
    assert shown(operations, course) == {"一": ["a", "b", "c"], "二": ["d", "e"], "三": []}


NO_SECTIONS = [
    {"name": ""},
    {"name": "  "},
    {"name": "x" * 129},
    {"name": "a\0b"},
    {"name": None},
    {"name": ["x"]},
    {"section_type": 9},
    {"section_type": "video"},
    {"section_type": None},
    {"chapter": 0},
    {"chapter": "x"},
]


@pytest.mark.any_database
def test_what_is_no_section_is_refused(operations, course):
    body = {"chapter": CourseChapter.objects.get(name="一").pk, "name": "e", "section_type": 2}

    for changes in NO_SECTIONS:
        answer = operations.post(
            f"{outline_of(course)}section/", {**body, **changes}, format="json"
        )

        assert answer.status_code == 400, changes
    assert CourseSection.objects.count() == 4


@pytest.mark.parametrize("what", ["foreign", "deleted", "unknown"])
def test_a_section_is_not_made_in_a_chapter_that_is_not_there(operations, course, what):
    chapter = ChapterFactory() if what == "foreign" else CourseChapter.objects.get(name="一")
    if what == "deleted":
        CourseChapter.objects.update(is_delete=True)
    pk = 999_999 if what == "unknown" else chapter.pk
    body = {"chapter": pk, "name": "e", "section_type": 2}

    answer = operations.post(f"{outline_of(course)}section/", body, format="json")

    assert answer.status_code == 404
    assert CourseSection.objects.count() == 4


def test_a_deleted_course_has_no_outline(operations, course):
    at = read_at(operations, course)
    type(course).objects.update(is_delete=True)
    made = operations.post(f"{outline_of(course)}chapter/", {"name": "三"}, format="json")

    assert operations.get(outline_of(course)).status_code == 404
    assert made.status_code == 404
    assert move(operations, course, change("一", "abc", "cab"), at=at).status_code == 404
    assert move_chapters(operations, course, "一二", "二一", at=at).status_code == 404


# --- Who may --------------------------------------------------------------------------------------

VIEW = ("view_course", "view_coursechapter", "view_coursesection")
ACTIONS = {
    "add_coursechapter": lambda client, course: client.post(
        f"{outline_of(course)}chapter/", {"name": "三"}, format="json"
    ),
    "add_coursesection": lambda client, course: client.post(
        f"{outline_of(course)}section/",
        {"chapter": CourseChapter.objects.get(name="一").pk, "name": "e", "section_type": 2},
        format="json",
    ),
    "change_coursechapter": lambda client, course: move_chapters(
        client, course, "一二", "二一", at="2026-01-01T00:00Z"
    ),
    "change_coursesection": lambda client, course: move(
        client, course, change("一", "abc", "cab"), at="2026-01-01T00:00Z"
    ),
}


@pytest.mark.any_database
@pytest.mark.parametrize("right", ACTIONS)
def test_each_action_needs_its_own_right(course, right):
    others = [name for name in ACTIONS if name != right]

    assert ACTIONS[right](with_rights(*VIEW, *others), course).status_code == 403
    assert ACTIONS[right](with_rights(right), course).status_code == 403
    assert ACTIONS[right](with_rights(*VIEW, right), course).status_code in {200, 201}


@pytest.mark.any_database
def test_who_may_only_look_is_told_that_nothing_can_be_changed(course):
    answer = with_rights(*VIEW).get(outline_of(course))

    rights = answer.json()["data"]["rights"]
    assert [name for name, may in rights.items() if may] == ["open_forms"]


@pytest.mark.any_database
@pytest.mark.parametrize("missing", VIEW)
def test_who_may_not_see_all_of_it_sees_nothing(course, missing):
    client = with_rights(*[right for right in VIEW if right != missing])

    assert client.get(outline_of(course)).status_code == 403


@pytest.mark.any_database
def test_it_is_closed_to_finance_students_and_visitors(course, student_api, student, api):
    finance = APIClient()
    finance.force_login(staff(roles.FINANCE))
    in_browser = APIClient()
    in_browser.force_login(student)

    assert finance.get(outline_of(course)).status_code == 403
    assert in_browser.get(outline_of(course)).status_code == 403
    assert student_api.get(outline_of(course)).status_code == 401
    assert api.get(outline_of(course)).status_code == 401


@pytest.mark.any_database
def test_a_change_from_another_site_is_refused(course):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(staff(roles.OPERATIONS))

    assert ACTIONS["add_coursechapter"](client, course).status_code == 403


def test_names_are_given_as_they_are(operations, course):
    name = "</script><script>evil()</script>"
    factories.ChapterFactory(course=course, name=name, chapter=9)

    answer = operations.get(outline_of(course))

    assert answer["Content-Type"] == "application/json"
    assert list(shown(operations, course))[-1] == name
