"""course/section/{id}/quiz/attempts/: what is no attempt."""

import json

import pytest
from django.conf import settings

from luffy_api.apps.learning import (
    quizzes,
)
from luffy_api.apps.learning.exceptions import QuizTooLarge
from luffy_api.apps.learning.models import QuizAttempt, QuizQuestion
from luffy_api.apps.learning.tests.quizzes.answers import KEY, address, ids, right, send
from luffy_api.apps.learning.views.quizzes import AttemptParser
from luffy_api.common.codes import Code
from luffy_api.tests.factories import (
    QuizFactory,
)

pytestmark = pytest.mark.django_db


def foreign(quiz):
    return ids(QuizFactory())[0]


@pytest.mark.any_database
@pytest.mark.parametrize(
    "answers",
    [
        None,
        "x",
        {"question": 1},
        [1],
        [[]],
        [{}],
        [{"question": "x"}],
        [{"question": -1}],
        [{"question": 2**70}],
        [{"question": True, "choices": {}}],
        [{"question": 10**9, "choices": [0]}],
        lambda quiz: [{"question": foreign(quiz), "choices": [0]}],
        lambda quiz: right(quiz) + right(quiz)[:1],
        lambda quiz: [{"question": ids(quiz)[0], "choices": [3]}],
        lambda quiz: [{"question": ids(quiz)[0], "choices": [-1]}],
        lambda quiz: [{"question": ids(quiz)[0], "choices": ["B"]}],
        lambda quiz: [{"question": ids(quiz)[0], "choices": [0, 1]}],
        lambda quiz: [{"question": ids(quiz)[0], "choices": None}],
        lambda quiz: [{"question": ids(quiz)[0], "texts": ["四"]}],
        lambda quiz: [{"question": ids(quiz)[1], "choices": [0, 0]}],
        lambda quiz: [{"question": ids(quiz)[1], "choices": [0] * 11}],
        lambda quiz: [{"question": ids(quiz)[2], "choices": [2]}],
        lambda quiz: [{"question": ids(quiz)[2], "choices": [0, 1]}],
        lambda quiz: [{"question": ids(quiz)[3], "choices": [0]}],
        lambda quiz: [{"question": ids(quiz)[3], "texts": ["a", "b", "c"]}],
        lambda quiz: [{"question": ids(quiz)[3], "texts": ["a\0"]}],
        lambda quiz: [{"question": ids(quiz)[3], "texts": ["x" * 201]}],
        lambda quiz: [{"question": ids(quiz)[3], "texts": [None]}],
        lambda quiz: [{"question": ids(quiz)[3], "texts": [{"a": 1}]}],
        lambda quiz: [{"question": each} for each in range(1, 102)],
    ],
)
def test_what_cannot_be_answers_is_refused(student_api, quiz, answers):
    body = {
        "request_key": KEY,
        "version": quizzes.version_of(quizzes.questions_of(quiz.pk)),
        "answers": answers(quiz) if callable(answers) else answers,
    }
    answer = student_api.post(address(quiz, "attempts/"), body, format="json")
    assert answer.status_code == 400
    assert {name.partition(".")[0] for name in answer.json()["errors"]} == {"answers"}
    assert not QuizAttempt.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("request_key", value) for value in (None, "", "short", "x" * 65, "a\0bcdefghi", [1])),
        *(("version", value) for value in (None, "", "x" * 33, {})),
    ],
)
def test_other_fields_that_are_wrong(student_api, quiz, field, value):
    answer = send(student_api, quiz, **{"key" if field == "request_key" else field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.any_database
def test_an_attempt_keeps_no_more_text_than_any_quiz_can_ask_for(student_api, quiz):
    fills = [
        QuizQuestion.objects.create(quiz=quiz, kind=4, text="____", answer="\n".join("甲" * 10))
        for _ in range(9)
    ]

    def sent(*lengths, key=KEY):
        texts = ["字" * length for length in lengths]
        answers = [{"question": each.pk, "texts": texts} for each in fills]
        return send(student_api, quiz, answers, key)

    answer = sent(*[200] * 8, 179)
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"answers": ["填写的内容合计不能超过 16000 个字符"]}
    answer = sent(*[200] * 8, 177)
    assert answer.status_code == 201
    assert QuizAttempt.objects.count() == 1


@pytest.mark.any_database
def test_more_answers_than_questions_are_told_of_in_words(student_api, quiz):
    answer = send(student_api, quiz, [*right(quiz), {"question": 10**9}])
    assert answer.json()["errors"] == {"answers": ["这个测验只有 4 题"]}
    answer = send(student_api, quiz, [*right(quiz)[:3], {"question": 10**9}])
    assert answer.json()["errors"] == {"answers": ["有不属于这个测验的题目"]}


@pytest.mark.any_database
def test_a_body_that_is_too_large_or_no_json(student_api, quiz):
    path = address(quiz, "attempts/")
    for body in ("[" * 1000, "{", '"x"', "[]", "null"):
        answer = student_api.post(path, body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, 1000)
    large = json.dumps({"answers": "x" * AttemptParser.limit})
    answer = student_api.post(path, large, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, Code.TOO_LARGE)
    assert AttemptParser.limit < settings.API_BODY_LIMIT / 2


@pytest.mark.any_database
def test_what_is_too_large_is_refused_where_it_is_counted(quiz):
    for size in (59_000, 5_000):
        QuizQuestion.objects.create(quiz=quiz, kind=3, text="字" * size, answer="对")
    with pytest.raises(QuizTooLarge, match="合计不能超过 64000 个字符，现在有 64080 个"):
        quizzes.count_questions(quiz.pk)
    quiz.section.refresh_from_db()
    assert quiz.section.question_count == 4
