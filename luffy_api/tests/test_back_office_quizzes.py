"""测验 in the back office: settings, questions, and how students have done."""

import pytest

from luffy_api.apps.learning import quizzes
from luffy_api.apps.learning.models import Quiz, QuizAttempt, QuizQuestion
from luffy_api.common import roles
from luffy_api.tests.back_office import form_of, page, save, table_cells, tries
from luffy_api.tests.factories import QuizFactory, SectionFactory, UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def quiz():
    return QuizFactory()


def address(quiz):
    return page(Quiz, "change", quiz.pk)


def test_a_section_without_questions_leads_to_a_new_quiz(admin_client):
    section = SectionFactory(name="小测", section_type=3, video="")

    answer = admin_client.get(page(Quiz, "change", section.pk))
    assert answer["Location"] == f"{page(Quiz, 'add')}?section={section.pk}"
    fields = form_of(admin_client, answer["Location"])
    question = {"orders": 1, "kind": 3, "text": "对吗？", "answer": "正确", "points": 2}
    fields |= {f"questions-0-{name}": value for name, value in question.items()}
    fields |= {"section": section.pk, "questions-TOTAL_FORMS": 1, "pass_percent": 80}
    answer = admin_client.post(page(Quiz, "add"), fields)

    assert answer.status_code == 302
    section.refresh_from_db()
    assert (section.question_count, section.quiz.pass_percent) == (1, 80)
    assert section.quiz.questions.get().answer == "对"


@pytest.mark.parametrize("kind", [0, 2])
def test_other_sections_have_no_questions(admin_client, kind):
    section = SectionFactory(section_type=kind, content="x")
    assert admin_client.get(page(Quiz, "change", section.pk)).status_code == 302
    assert "add" not in admin_client.get(page(Quiz, "change", section.pk))["Location"]
    fields = form_of(admin_client, page(Quiz, "add"))
    answer = admin_client.post(page(Quiz, "add"), {**fields, "section": section.pk})
    assert "不是测验" in answer.text
    assert not Quiz.objects.exists()


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30])
def test_addresses_of_nothing(admin_client, pk):
    assert admin_client.get(page(Quiz, "change", pk)).status_code == 302


def test_a_question_is_changed_and_deleted(admin_client, quiz):
    first, second, *_ = quiz.questions.order_by("orders")
    fields = form_of(admin_client, address(quiz))
    changed = {"questions-0-answer": " c ", "questions-1-DELETE": "on", "max_attempts": 3}
    answer = admin_client.post(address(quiz), {**fields, **changed})

    assert answer.status_code == 302
    first.refresh_from_db()
    assert first.answer == "C"
    assert not QuizQuestion.objects.filter(pk=second.pk).exists()
    quiz.section.refresh_from_db()
    assert quiz.section.question_count == 3
    quiz.refresh_from_db()
    assert quiz.max_attempts == 3


REFUSED = [
    ({"questions-0-answer": "D"}, "答案要填正确选项的字母"),
    ({"questions-0-options": "只有一个"}, "选项要有 2 到 10 个"),
    ({"questions-0-kind": 3}, "判断题不需要选项"),
    ({"questions-0-kind": ""}, "必填"),
    ({"questions-0-points": ""}, "questions-0-points"),
    ({"questions-0-points": 0}, "分值要在 1 到 100 之间"),
    ({"questions-0-text": ""}, "必填"),
    ({"questions-3-answer": "|"}, "第 1 个空没有答案"),
    ({"pass_percent": 0}, "pass_percent"),
    ({"pass_percent": 101}, "pass_percent"),
    ({"max_attempts": 1001}, "max_attempts"),
    ({"reveal": 9}, "reveal"),
]


def test_what_cannot_be_asked_is_refused(admin_client, quiz):
    before = list(QuizQuestion.objects.values())
    answers = tries(admin_client, quiz, *(fields for fields, _ in REFUSED))
    for (fields, sentence), answer in zip(REFUSED, answers, strict=True):
        assert (answer.status_code, sentence in answer.text) == (200, True), fields
        assert "errorlist" in answer.text, fields
        assert list(QuizQuestion.objects.values()) == before, fields


def test_a_quiz_has_so_many_questions_and_no_more(admin_client, quiz):
    QuizQuestion.objects.bulk_create(
        QuizQuestion(quiz=quiz, kind=3, text=str(n), answer="对", orders=9) for n in range(96)
    )
    fields = form_of(admin_client, address(quiz))
    new = {"orders": 1, "kind": 3, "text": "对吗？", "answer": "对", "points": 1}
    fields |= {f"questions-50-{name}": value for name, value in new.items()}
    answer = admin_client.post(address(quiz), {**fields, "questions-TOTAL_FORMS": 51})
    assert "一个测验最多 100 题" in answer.text
    assert quiz.questions.count() == 100


def test_a_quiz_has_so_much_text_and_no_more(admin_client, quiz):
    long = "字" * 5_000
    QuizQuestion.objects.bulk_create(
        QuizQuestion(quiz=quiz, kind=3, text=long, answer="对", orders=9) for _ in range(12)
    )
    fields = form_of(admin_client, address(quiz))
    answer = admin_client.post(address(quiz), {**fields, "questions-0-explanation": long})
    assert "合计不能超过 64000 个字符，现在有 65" in answer.text
    assert not quiz.questions.filter(explanation=long).exists()

    instead = {"questions-0-explanation": long, "questions-15-DELETE": "on"}
    assert admin_client.post(address(quiz), {**fields, **instead}).status_code == 302
    assert quiz.questions.filter(explanation=long).count() == 1
    assert quiz.questions.count() == 15


def test_students_are_counted_and_so_is_each_question(admin_client, quiz):
    assert "还没有学员作答" in admin_client.get(address(quiz)).text
    version = quizzes.version_of(quizzes.questions_of(quiz.pk))
    first, _, third, _ = (each.id for each in quizzes.questions_of(quiz.pk))
    quiz.section.free_trail = True
    quiz.section.save()
    one, two = UserFactory(), UserFactory()
    right = [{"question": first, "choices": [1]}, {"question": third, "choices": [0]}]
    for key, user, answers in (("a", one, right), ("b", one, right[:1]), ("c", two, [])):
        quizzes.submit(
            user_id=user.pk,
            section_id=quiz.pk,
            request_key=key,
            version=version,
            answers=answers,
        )
    QuizAttempt.objects.filter(user=two).update(passed=True)

    text = table_cells(admin_client.get(address(quiz)).text)

    assert "作答 3 次，学员 2 人，通过 1 人（50%）" in text
    assert "<td>变量不用声明类型</td><td>3</td><td>33%</td>" in text
    assert "<td>3</td><td>66%</td>" in text


def test_roles(client, quiz):
    client.force_login(staff(roles.OPERATIONS))
    assert client.get(address(quiz)).status_code == 200
    assert save(client, quiz, max_attempts=5).status_code == 302
    for role in (roles.FINANCE, roles.TEACHERS, ""):
        client.force_login(staff(role))
        assert client.get(address(quiz)).status_code == 403
        assert client.post(address(quiz), {}).status_code == 403


def test_nobody_deletes_a_quiz(admin_client, quiz):
    answer = admin_client.post(page(Quiz, "delete", quiz.pk), {"post": "yes"})
    assert answer.status_code == 403
    assert Quiz.objects.exists()


def test_two_who_change_one_question_are_asked(admin_client, quiz):
    fields = form_of(admin_client, address(quiz))
    QuizQuestion.objects.filter(kind=1).update(text="别人改的")
    answer = admin_client.post(address(quiz), {**fields, "questions-0-text": "我改的"})
    assert "有人修改了这里的内容" in answer.text
    assert QuizQuestion.objects.get(kind=1).text == "别人改的"


def test_a_deleted_section_has_no_page(admin_client, quiz):
    quiz.section.is_delete = True
    quiz.section.save()
    assert admin_client.get(address(quiz)).status_code == 302
    assert str(quiz.section.name) not in admin_client.get(page(Quiz, "changelist")).text


def test_a_refused_setting_stays(admin_client, quiz):
    for answer in tries(admin_client, quiz, {"pass_percent": "-1"}, {"pass_percent": "x"}):
        assert answer.status_code == 200
    quiz.refresh_from_db()
    assert quiz.pass_percent == 60
