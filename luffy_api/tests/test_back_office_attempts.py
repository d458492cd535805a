"""测验作答 in the back office: what students have answered, to read only."""

import pytest

from luffy_api.apps.learning import quizzes
from luffy_api.apps.learning.models import QuizAttempt, QuizQuestion
from luffy_api.apps.user import account_deletion
from luffy_api.common import roles
from luffy_api.tests.back_office import page, table_cells
from luffy_api.tests.factories import QuizFactory, UserFactory, attempt_at
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST = page(QuizAttempt, "changelist")


@pytest.fixture
def attempt():
    """One question right, a blank wrong, the others left out."""
    quiz = QuizFactory(section__name="第一章测验", course__name="Python 入门")
    student = UserFactory(nickname="张三丰", mobile="13800001111")
    single, _, judgement, fill = (each.id for each in quizzes.questions_of(quiz.pk))
    answers = [
        {"question": single, "choices": [1]},
        {"question": judgement, "choices": [1]},
        {"question": fill, "texts": ["<b>＝</b>", "=="]},
    ]
    return attempt_at(quiz, student, answers)


@pytest.mark.every_database
def test_staff_see_what_was_answered_and_what_was_right(admin_client, attempt):
    QuizQuestion.objects.filter(kind=1).update(text="后来改了", answer="A")
    text = table_cells(admin_client.get(page(QuizAttempt, "change", attempt.pk)).text)

    assert "4 / 10（40%）" in text
    assert (
        "<td>单选题</td><td>缩进用**几个**空格？</td><td>B. 四</td><td>B. 四</td><td>2 / 2</td>"
    ) in text
    assert "<td>-</td><td>A. 列表；C. 字典</td><td>0 / 3</td>" in text
    assert "<td>错</td><td>对</td><td>0 / 1</td>" in text
    assert "<td>&lt;b&gt;＝&lt;/b&gt;；==</td><td>=|＝|等号；==</td><td>2 / 4</td>" in text
    assert "后来改了" not in text
    assert "_save" not in text


@pytest.mark.every_database
def test_the_list_is_searched_and_filtered(admin_client, attempt):
    other = attempt_at(QuizFactory(section__name="别的测验"), UserFactory(nickname="李四"))
    QuizAttempt.objects.filter(pk=other.pk).update(passed=True)
    for query, found in (
        ("", {"第一章测验", "别的测验"}),
        ("?q=张三", {"第一章测验"}),
        ("?q=13800001111", {"第一章测验"}),
        ("?q=别的测验", {"别的测验"}),
        ("?passed__exact=1", {"别的测验"}),
        (f"?section={attempt.section_id}", {"第一章测验"}),
    ):
        answer = admin_client.get(LIST + query)
        assert {row.section.name for row in answer.context["cl"].result_list} == found, query


@pytest.mark.parametrize("count", [1, 4])
def test_a_fixed_number_of_queries_without_long_texts(
    admin_client, count, django_assert_num_queries
):
    quiz = QuizFactory()
    for _ in range(count):
        attempt_at(quiz, UserFactory())
    admin_client.get(LIST)
    with django_assert_num_queries(11) as asked:
        admin_client.get(LIST)
    assert not [each for each in asked.captured_queries if "asked" in each["sql"]]


def test_a_closed_account_has_answered_nothing(admin_client, attempt):
    account_deletion.close(attempt.user_id)
    text = table_cells(admin_client.get(page(QuizAttempt, "change", attempt.pk)).text)
    assert "B. 四</td><td>B. 四" not in text
    assert "4 / 10（40%）" in text
    assert "张三丰" not in text


def test_operations_reads_and_nobody_writes(client, attempt):
    address = page(QuizAttempt, "change", attempt.pk)
    for role, status in ((roles.OPERATIONS, 200), (roles.FINANCE, 403), (roles.TEACHERS, 403)):
        client.force_login(staff(role))
        assert client.get(LIST).status_code == status
        assert client.get(address).status_code == status
        assert client.post(address, {"points": 10}).status_code == 403
        assert client.get(page(QuizAttempt, "add")).status_code == 403
        assert client.post(page(QuizAttempt, "delete", attempt.pk)).status_code == 403
    attempt.refresh_from_db()
    assert attempt.points == 4
