"""授课测验: teachers write the quizzes of their own courses, where the school lets them."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from rest_framework.test import APIClient

from luffy_api.apps.course.models import Teacher
from luffy_api.apps.dashboard.models import TaughtQuiz
from luffy_api.apps.learning.models import Quiz, QuizAttempt
from luffy_api.common import roles
from luffy_api.tests.back_office import form_of, log_of, page
from luffy_api.tests.factories import CourseFactory, QuizFactory, SectionFactory, TeacherFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST = "/admin/dashboard/taughtquiz/"


@pytest.fixture
def account():
    """A teacher's account, with the role."""
    return staff(roles.TEACHERS, username="lin")


@pytest.fixture
def own(account):
    """A quiz of theirs."""
    teacher = TeacherFactory(name="林知夏", account=account)
    return QuizFactory(course=CourseFactory(name="自己的课", teacher=teacher))


@pytest.fixture
def others():
    """A quiz of another teacher, who has an account as well."""
    teacher = TeacherFactory(name="别的老师", account=staff(roles.TEACHERS))
    return QuizFactory(
        course=CourseFactory(name="别人的课", teacher=teacher), section__name="别人的测验"
    )


@pytest.fixture
def browser(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def allowed():
    """The school lets teachers change what their courses consist of."""
    right = Permission.objects.get(codename="change_taughtcourse")
    Group.objects.get(name=roles.TEACHERS).permissions.add(right)


def address(quiz):
    return page(TaughtQuiz, "change", quiz.pk)


def kinds(quiz):
    return list(quiz.questions.order_by("orders").values_list("answer", flat=True))


@pytest.mark.every_database
@pytest.mark.usefixtures("allowed")
def test_a_teacher_changes_own_questions_and_the_log_of_the_quiz_says_so(browser, own):
    fields = form_of(browser, address(own))
    new = {"orders": 5, "kind": 3, "text": "对吗？", "answer": "√", "points": 2}
    fields |= {f"questions-4-{name}": value for name, value in new.items()}
    fields |= {"questions-0-answer": "c", "questions-TOTAL_FORMS": 5, "max_attempts": 3}

    answer = browser.post(address(own), fields)

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert kinds(own) == ["C", "AC", "对", "=|＝|等号\n==", "对"]
    own.section.refresh_from_db()
    own.refresh_from_db()
    assert (own.section.question_count, own.max_attempts) == (5, 3)
    assert len(log_of(own)) == 1


@pytest.mark.usefixtures("allowed")
def test_a_section_without_questions_leads_to_a_new_quiz_of_an_own_section_only(
    browser, own, others
):
    course = own.section.chapter.course
    section = SectionFactory(course=course, name="小测", section_type=3, video="")
    foreign = SectionFactory(chapter=others.section.chapter, section_type=3, video="")
    video = SectionFactory(course=course, name="视频课")

    answer = browser.get(page(TaughtQuiz, "change", section.pk))
    assert answer["Location"] == f"{page(TaughtQuiz, 'add')}?section={section.pk}"
    fields = form_of(browser, answer["Location"])
    assert (fields["section"], "视频课" in browser.get(answer["Location"]).text) == (
        str(section.pk),
        False,
    )
    for wrong in (foreign.pk, video.pk, own.pk, 10**6):
        refused = browser.post(page(TaughtQuiz, "add"), {**fields, "section": wrong})
        assert (refused.status_code, "errorlist" in refused.text) == (200, True)
    assert browser.get(page(TaughtQuiz, "change", foreign.pk))["Location"] == page(
        TaughtQuiz, "changelist"
    )
    question = {"orders": 1, "kind": 3, "text": "对吗？", "answer": "正确", "points": 2}
    fields |= {f"questions-0-{name}": value for name, value in question.items()}
    saved = browser.post(page(TaughtQuiz, "add"), {**fields, "questions-TOTAL_FORMS": 1})

    assert saved.status_code == 302
    section.refresh_from_db()
    assert section.question_count == 1
    assert not Quiz.objects.filter(pk=foreign.pk).exists()
    assert len(log_of(Quiz.objects.get(pk=section.pk))) == 1


@pytest.mark.usefixtures("allowed")
def test_of_other_teachers_there_is_nothing(browser, own, others):
    listed = browser.get(LIST).text
    assert own.section.name in listed
    assert "别人的" not in listed
    before = kinds(others)
    fields = form_of(browser, address(own))

    read = browser.get(address(others))
    written = browser.post(address(others), {**fields, "questions-0-answer": "A"})

    assert {read["Location"], written["Location"]} == {page(TaughtQuiz, "changelist")}
    # Nor by their questions on the form of an own quiz.
    foreign = others.questions.order_by("orders").first()
    browser.post(address(own), {**fields, "questions-0-id": foreign.pk, "questions-0-answer": "A"})
    assert kinds(others) == before
    for query in ("?q=别人", "?section__chapter__course__teacher=1", "?o=-1.2", "?p=9&all="):
        answer = browser.get(LIST + query, follow=True)
        assert "别人的" not in answer.content.decode().replace("?q=别人", "")


@pytest.mark.usefixtures("allowed")
def test_a_course_that_went_to_another_teacher_is_theirs(browser, own, others):
    fields = form_of(browser, address(own))
    Teacher.objects.filter(account__username="lin").update(account=None)
    answer = browser.post(address(own), {**fields, "questions-0-answer": "A"})
    assert answer["Location"] == page(TaughtQuiz, "changelist")
    assert kinds(own)[0] == "B"


def test_without_the_schools_word_quizzes_are_only_read(browser, own, account):
    user = own.section.chapter.course.teacher.account
    facts = {"version": "x", "answers": [], "points": 0, "total": 1, "passed": False}
    QuizAttempt.objects.create(
        user=user, section=own.section, number=1, request_key="a", asked=[], marks=[], **facts
    )
    html = browser.get(address(own)).text
    assert "PEP 8" in html
    assert "作答 1 次" in html
    assert 'name="questions-0-answer"' not in html
    assert "_save" not in html
    # No ways to where a teacher may not go.
    assert "历史" not in html
    assert "/admin/course/coursesection/" not in html
    assert browser.post(address(own), {}).status_code == 403
    assert browser.get(page(TaughtQuiz, "add")).status_code == 403
    assert browser.get(page(TaughtQuiz, "history", own.pk)).status_code == 403
    api = APIClient()
    api.force_login(account)
    outline = f"/api/v1/course/{own.section.chapter.course_id}/outline/"
    assert api.get(outline).json()["data"]["rights"]["open_quizzes"] is False


@pytest.mark.usefixtures("allowed")
def test_the_outline_leads_there(own, account):
    api = APIClient()
    api.force_login(account)
    outline = f"/api/v1/course/{own.section.chapter.course_id}/outline/"
    rights = api.get(outline).json()["data"]["rights"]
    assert (rights["open_forms"], rights["open_quizzes"]) == (False, True)


@pytest.mark.parametrize("role", [None, roles.FINANCE])
def test_other_roles_see_none(own, role):
    client = Client()
    client.force_login(staff(role) if role else staff())
    assert client.get(LIST).status_code == 403
    assert client.get(address(own)).status_code == 403
    assert "授课测验" not in client.get("/admin/").text


@pytest.mark.usefixtures("allowed")
def test_the_pages_of_staff_stay_closed_to_teachers(browser, own):
    assert browser.get(page(Quiz, "change", own.pk)).status_code == 403
    assert browser.get(page(Quiz, "changelist")).status_code == 403


@pytest.mark.every_database
@pytest.mark.parametrize("number", [1, 5])
def test_a_fixed_number_of_queries(browser, own, number, django_assert_num_queries):
    for _ in range(number):
        QuizFactory(course=own.section.chapter.course)
    browser.get(LIST)
    with django_assert_num_queries(14):
        browser.get(LIST)
