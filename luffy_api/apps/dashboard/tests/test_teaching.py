"""教学: teachers with an account see their own courses and students, and nothing of others."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from luffy_api.apps.course.models import Course, CourseChapter, CourseSection, Teacher
from luffy_api.apps.dashboard.figures import daily
from luffy_api.apps.dashboard.tests.sold import at, pay, place
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.conftest import logged_in
from luffy_api.tests.back_office import ROWS, form_of, log_of, page, save
from luffy_api.tests.factories import (
    ChapterFactory,
    CourseFactory,
    EnrollmentFactory,
    ProgressFactory,
    SectionFactory,
    TeacherFactory,
    UserFactory,
)
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
COURSES = "/admin/dashboard/taughtcourse/"
STUDENTS = "/admin/dashboard/taughtstudent/"
SPAN = {"first": "2026-11-20", "last": "2026-11-23"}
NOBODY = [0, 10**6, 2**63, 10**30]


@pytest.fixture
def account():
    """A teacher's account, with the role."""
    return staff(roles.TEACHERS, username="lin")


@pytest.fixture
def own(account):
    """A draft of theirs with a video and a student."""
    teacher = TeacherFactory(name="林知夏", account=account)
    course = CourseFactory(name="自己的课", teacher=teacher, status=Course.Status.OFFLINE)
    SectionFactory(course=course, name="第一课", duration=100)
    SectionFactory(chapter=course.coursechapters.get(), name="第二课", duration=100)
    EnrollmentFactory(course=course, user=UserFactory(nickname="自己的学员", mobile="13800001111"))
    return course


@pytest.fixture
def others():
    """A course of another teacher, who has an account as well."""
    teacher = TeacherFactory(name="别的老师", account=staff(roles.TEACHERS))
    course = CourseFactory(name="别人的课", teacher=teacher)
    SectionFactory(course=course)
    EnrollmentFactory(course=course, user=UserFactory(nickname="别人的学员"))
    return course


@pytest.fixture
def browser(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def api_of(account):
    client = APIClient()
    client.force_login(account)
    return client


def let_change_outlines():
    right = Permission.objects.get(codename="change_taughtcourse")
    Group.objects.get(name=roles.TEACHERS).permissions.add(right)


def text(answer) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.every_database
def test_the_lists_have_own_courses_and_students_only(browser, own, others):
    assert "自己的课" in text(browser.get(COURSES))
    assert "自己的学员" in text(browser.get(STUDENTS))
    assert "别人" not in text(browser.get(COURSES)) + text(browser.get(STUDENTS))


@pytest.mark.parametrize(
    "query",
    [
        "?q=别人",
        "?course={other}",
        "?course__teacher__account__isnull=0",
        "?user__mobile__startswith=138",
        "?course=x",
        f"?course={10**30}",
        "?p=9999&all=",
        "?o=-1.2",
    ],
)
def test_no_query_of_a_list_shows_more(browser, own, others, query):
    for address in (COURSES, STUDENTS):
        answer = browser.get(address + query.format(other=others.pk), follow=True)
        assert answer.status_code in (200, 400)
        assert "别人的" not in answer.content.decode().replace("?q=别人", "")


def test_a_course_has_its_facts_and_its_outline_to_look_at(browser, api_of, own):
    html = text(browser.get(f"{COURSES}{own.pk}/change/"))
    outline = api_of.get(f"/api/v1/course/{own.pk}/outline/").json()["data"]

    assert "自己的课" in html
    assert "?preview=" in html
    assert f'data-outline="{own.pk}"' in html
    assert [row["name"] for row in outline["chapters"][0]["sections"]] == ["第一课", "第二课"]
    assert set(outline["rights"].values()) == {False}


def test_a_student_has_progress_and_no_mobile(browser, own):
    enrollment = own.enrollments.get()
    first = CourseSection.objects.get(name="第一课")
    ProgressFactory(user=enrollment.user, section=first, position=95, watched=95)

    html = text(browser.get(STUDENTS)) + text(browser.get(f"{STUDENTS}{enrollment.pk}/change/"))

    assert "50%" in html
    assert "95%，已学完" in html
    assert not any(secret in html for secret in ("1380000", "1111", enrollment.user.username))


def test_a_student_without_a_nickname_is_not_called_by_the_mobile(browser, own):
    User.objects.filter(nickname="自己的学员").update(nickname="", username="13800001111")

    assert "13800001111" not in text(browser.get(STUDENTS))
    [row] = own.enrollments.all()
    assert "13800001111" not in text(browser.get(f"{STUDENTS}{row.pk}/change/"))


@pytest.mark.parametrize("seen", [False, True])
def test_figures_have_amounts_only_if_the_school_says_so(browser, own, seen):
    SchoolSettings.objects.create(pk=1, teachers_see_revenue=seen)
    pay(place(at("21 10:00"), own), at("21 10:00"))
    daily.refresh()

    answer = browser.get(f"{COURSES}{own.pk}/figures/", SPAN)

    names = [table.name for table in answer.context["found"].tables]
    assert names == ["views", "sales" if seen else "sold", "learning", "sections", "stops"]
    assert ("元" in text(answer)) is seen
    assert "/admin/order/" not in text(answer)
    csv = browser.get(f"{COURSES}{own.pk}/figures/", {**SPAN, "csv": "sales"})
    assert csv.status_code == (200 if seen else 404)


def addresses(course) -> list[str]:
    """Everything that is about a course and its students."""
    row = course.enrollments.get()
    kinds = ["change", "delete", "history"]
    return [
        *(page(type(row), kind, row.pk) for kind in kinds),
        *(page(Course, kind, course.pk) for kind in kinds),
        *(f"{COURSES}{course.pk}/{kind}/" for kind in [*kinds, "figures"]),
        *(f"{STUDENTS}{row.pk}/{kind}/" for kind in kinds),
        reverse("admin:dashboard_dailyfigures_course", args=[course.pk]),
        reverse("admin:dashboard_student_change", args=[row.user_id]),
        f"/api/v1/course/{course.pk}/outline/",
        f"/api/v1/course/{course.pk}/outline/media/?sections=1",
        f"/api/v1/course/section/{CourseSection.objects.get(chapter__course=course).pk}/media/",
    ]


@pytest.mark.every_database
def test_no_address_of_another_teachers_course_opens(browser, own, others):
    for change in (False, True):
        if change:
            let_change_outlines()
        found = {address: browser.get(address).status_code for address in addresses(others)}
        assert set(found.values()) <= {403, 404}, found


@pytest.mark.parametrize("pk", [*NOBODY, "x", "%00", "１"])
def test_what_is_no_row_is_not_found(browser, own, pk):
    for address in (f"{COURSES}{pk}/change/", f"{STUDENTS}{pk}/change/", f"{COURSES}{pk}/figures/"):
        assert browser.get(address, follow=True).status_code == 404


def test_every_other_table_chooser_and_export_is_closed(browser, own, others):
    # Of these a teacher finds those of own courses: the tests of community's back office.
    mine = {"taughtcourse", "taughtquiz", "taughtstudent", "rating", "question", "answer"}
    for model in admin.site._registry:
        if model._meta.model_name in mine:
            continue
        for kind in ("changelist", "add"):
            assert browser.get(page(model, kind)).status_code == 403, model
        if make := ROWS.get(model._meta.model_name):
            row = make()
            for kind in ("change", "delete", "history"):
                answer = browser.get(page(model, kind, row.pk), follow=True)
                # Of a row that is not there for them Django leads to the first page.
                away = [("/admin/", 302)]
                assert answer.status_code in (403, 404) or answer.redirect_chain == away, model


def test_no_chooser_answers(browser, own, others):
    fields = [
        *(("course", "enrollment", name) for name in ("user", "course")),
        *(("dashboard", "taughtstudent", name) for name in ("user", "course")),
        *(("dashboard", "taughtcourse", name) for name in ("teacher", "course_category")),
        *(("course", "teacher", "account"), ("course", "coursediscount", "courses")),
    ]
    for app, model, name in fields:
        query = {"app_label": app, "model_name": model, "field_name": name}
        assert browser.get("/admin/autocomplete/", query).status_code == 403, (model, name)


def test_nothing_is_written_by_the_pages(browser, own):
    row = own.enrollments.get()
    posts = [f"{COURSES}add/", f"{COURSES}{own.pk}/change/", f"{COURSES}{own.pk}/delete/"]
    posts += [f"{STUDENTS}add/", f"{STUDENTS}{row.pk}/change/", f"{STUDENTS}{row.pk}/delete/"]
    before = Course.objects.filter(pk=own.pk).values().get()

    data = {"name": "x", "price": "0", "status": "0", "post": "yes"}
    assert {browser.post(each, data).status_code for each in posts} == {403}
    for action in ("delete_selected", "put_on_sale", "show"):
        browser.post(COURSES, {"action": action, "_selected_action": own.pk, "post": "yes"})
    assert Course.objects.filter(pk=own.pk).values().get() == before


@pytest.mark.every_database
@pytest.mark.parametrize(
    "change",
    [
        lambda user: Teacher.objects.update(account=None),
        lambda user: Teacher.objects.filter(account=user).update(is_delete=True),
        lambda user: Course.objects.update(teacher=TeacherFactory()),
        lambda user: Course.objects.update(is_delete=True),
    ],
)
def test_a_course_that_is_theirs_no_longer_is_closed_at_once(browser, account, own, change):
    let_change_outlines()
    change(account)

    assert browser.get(f"{COURSES}{own.pk}/change/").status_code == 404
    assert browser.get(f"/api/v1/course/{own.pk}/outline/").status_code == 403
    assert "自己的学员" not in text(browser.get(STUDENTS))


@pytest.mark.parametrize(
    ("change", "status"),
    [({"is_staff": False}, 302), ({"is_active": False}, 302), ({}, 403)],
)
def test_an_account_without_the_role_or_the_work_sees_nothing(account, own, change, status):
    account.groups.clear()
    if change:
        account.groups.add(Group.objects.get(name=roles.TEACHERS))
        User.objects.filter(pk=account.pk).update(**change)
    client = Client()
    client.force_login(account)

    for address in (COURSES, STUDENTS, f"{COURSES}{own.pk}/change/"):
        assert client.get(address).status_code == status
    assert client.get(f"/api/v1/course/{own.pk}/outline/").status_code in (401, 403)


def test_visitors_and_students_are_sent_away(client, own):
    assert client.get(COURSES).status_code == 302
    assert client.get(f"/api/v1/course/{own.pk}/outline/").status_code == 401
    client.force_login(own.enrollments.get().user)
    assert client.get(f"{COURSES}{own.pk}/change/").status_code == 302


def test_a_teacher_reads_no_draft_of_others_in_the_shop(account, others):
    Course.objects.update(status=Course.Status.OFFLINE)

    assert logged_in(account).get(f"/api/v1/course/{others.pk}/").status_code == 404


# The outline, which the school may open.


def test_without_the_schools_word_the_outline_is_only_read(api_of, own):
    chapter = own.coursechapters.get()
    outline = f"/api/v1/course/{own.pk}/outline/"
    section = CourseSection.objects.get(name="第一课")

    statuses = [
        api_of.post(f"{outline}chapter/", {"name": "新章"}, format="json").status_code,
        api_of.patch(f"{outline}chapter/{chapter.pk}/", {"name": "x"}, format="json").status_code,
        api_of.post(f"{outline}section/{section.pk}/remove/", {}, format="json").status_code,
        api_of.post("/api/v1/course/upload/", {}, format="json").status_code,
        api_of.get(f"/api/v1/course/section/{section.pk}/media/").status_code,
    ]

    assert set(statuses) == {403}


def test_with_it_a_teacher_changes_the_own_outline_by_name(api_of, own):
    let_change_outlines()
    outline = f"/api/v1/course/{own.pk}/outline/"

    made = api_of.post(f"{outline}chapter/", {"name": "新章"}, format="json")

    assert made.status_code == 201
    assert log_of(CourseChapter.objects.get(name="新章"))
    rights = api_of.get(outline).json()["data"]["rights"]
    assert [name for name, may in rights.items() if not may] == ["open_forms"]
    section = CourseSection.objects.get(name="第一课")
    assert api_of.get(f"/api/v1/course/section/{section.pk}/media/").status_code == 200


def test_but_not_by_the_address_of_an_own_course_that_of_another(api_of, own, others):
    let_change_outlines()
    chapter = ChapterFactory(course=others, name="别人的章")
    section = SectionFactory(chapter=chapter, name="别人的课时", video="")
    body = {"name": "偷改", "was": "别人的章", "read_at": "2026-11-29T00:00:00Z"}
    video = {"section": section.pk, "filename": "a.mp4", "size": 100, "content_type": "video/mp4"}

    for course in (own, others):
        outline = f"/api/v1/course/{course.pk}/outline/"
        for address in (f"{outline}chapter/{chapter.pk}/", f"{outline}section/{section.pk}/"):
            answer = api_of.patch(address, body, format="json")
            assert answer.status_code == (403 if course == others else 404)
    assert api_of.post("/api/v1/course/upload/", video, format="json").status_code == 404
    assert api_of.get(f"/api/v1/course/section/{section.pk}/media/").status_code == 404
    assert api_of.post(f"/api/v1/course/section/{section.pk}/media/retry/").status_code == 404
    assert not CourseSection.objects.filter(name="偷改").exists()


def test_an_upload_ends_with_the_right_to_it(api_of, own, folders):
    let_change_outlines()
    section = SectionFactory(chapter=own.coursechapters.get(), video="", duration=0)
    video = {"section": section.pk, "filename": "a.mp4", "size": 100, "content_type": "video/mp4"}
    upload = api_of.post("/api/v1/course/upload/", video, format="json").json()["data"]["id"]

    Course.objects.update(teacher=TeacherFactory())

    address = f"/api/v1/course/upload/{upload}/"
    assert api_of.get(address).status_code == 404
    assert api_of.post(f"{address}complete/").status_code == 404
    assert api_of.delete(address).status_code == 404


# Who has which account.


def test_a_superuser_gives_a_teacher_an_account(admin_client):
    teacher, account = TeacherFactory(), staff(roles.TEACHERS)

    assert save(admin_client, teacher, account=account.pk).status_code == 302

    teacher.refresh_from_db()
    assert teacher.account == account
    assert "后台账号" in log_of(teacher)[0]


@pytest.mark.every_database
def test_an_account_is_of_one_teacher_and_of_staff(admin_client):
    account = staff(roles.TEACHERS)
    TeacherFactory(account=account)
    teacher = TeacherFactory()

    for chosen in (account.pk, UserFactory().pk, 10**6, 10**30, "x"):
        assert save(admin_client, teacher, account=chosen).status_code == 200
    teacher.refresh_from_db()
    assert teacher.account is None


def test_operations_neither_sees_nor_sets_it():
    before, mine = staff(roles.TEACHERS), staff(roles.OPERATIONS)
    teacher = TeacherFactory(account=before)
    client = Client()
    client.force_login(mine)

    assert "account" not in form_of(client, page(Teacher, "change", teacher.pk))
    save(client, teacher, title="教授", account=mine.pk)

    teacher.refresh_from_db()
    assert (teacher.title, teacher.account) == ("教授", before)


@pytest.mark.parametrize("size", [2, 12])
def test_the_list_of_students_costs_the_same_at_any_size(
    browser, own, size, django_assert_max_num_queries
):
    EnrollmentFactory.create_batch(size, course=own)
    with django_assert_max_num_queries(16):
        browser.get(STUDENTS)
