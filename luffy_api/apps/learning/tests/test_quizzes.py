"""course/section/{id}/quiz/: questions without their answers, attempts, and what they do."""

import json

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course import previews
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import (
    account_moves,
    class_progress,
    integrity,
    personal_data,
    progress_buffer,
    quiz_moves,
    quizzes,
)
from luffy_api.apps.learning.exceptions import QuizTooLarge
from luffy_api.apps.learning.models import Quiz, QuizAttempt, QuizQuestion, SectionProgress
from luffy_api.apps.learning.quiz_questions import QuestionKind
from luffy_api.apps.learning.views.quizzes import AttemptParser
from luffy_api.apps.user import account_deletion
from luffy_api.common.codes import Code
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    EnrollmentFactory,
    QuizFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
# Words that stand only in right answers and explanations of QuizFactory.
SECRETS = ("PEP 8", "等号", "spellings", '"right"')


def address(quiz, tail=""):
    return f"/api/v1/course/section/{getattr(quiz, 'pk', quiz)}/quiz/{tail}"


@pytest.fixture
def quiz(student):
    made = QuizFactory()
    EnrollmentFactory(user=student, course=made.section.chapter.course)
    return made


def ids(quiz):
    return [each.id for each in quizzes.questions_of(quiz.pk)]


def right(quiz):
    single, multiple, judgement, fill = ids(quiz)
    return [
        {"question": single, "choices": [1]},
        {"question": multiple, "choices": [2, 0]},
        {"question": judgement, "choices": [0]},
        {"question": fill, "texts": [" ＝ ", "=="]},
    ]


def send(client, quiz, answers=(), key=KEY, **fields):
    page = quizzes.version_of(quizzes.questions_of(quiz.pk))
    body = {"request_key": key, "version": page, "answers": list(answers), **fields}
    return client.post(address(quiz, "attempts/"), body, format="json")


def passing(client, quiz, key=KEY):
    return send(client, quiz, right(quiz), key).json()["data"]


def is_done(user, quiz):
    rows = SectionProgress.objects.filter(user=user, section=quiz.pk, done_at__isnull=False)
    return rows.exists()


# --- Reading ------------------------------------------------------------------------------------


def test_a_quiz_is_read_without_its_right_answers(student_api, quiz):
    answer = student_api.get(address(quiz))

    data = answer.json()["data"]
    assert (data["pass_percent"], data["attempts_left"], data["points"]) == (60, None, 10)
    assert "<strong>提交</strong>" in data["html"]
    single, _, judgement, fill = data["questions"]
    assert single == {
        "id": ids(quiz)[0],
        "kind": 1,
        "html": "<p>缩进用<strong>几个</strong>空格？</p>",
        "options": ["二", "四", "八"],
        "blanks": 0,
        "points": 2,
    }
    assert (judgement["options"], fill["options"], fill["blanks"]) == (["对", "错"], [], 2)
    assert not [word for word in SECRETS if word in answer.text]
    assert answer["Cache-Control"] == "private, no-store"


def test_access_is_as_to_a_document(api, stranger_api, student_api, quiz):
    assert api.get(address(quiz)).status_code == 401
    answer = stranger_api.get(address(quiz))
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    for fields in ({"is_show": False}, {"is_show": True, "is_delete": True}):
        CourseSection.objects.filter(pk=quiz.pk).update(**fields)
        assert student_api.get(address(quiz)).status_code == 404
        assert send(student_api, quiz).status_code == 404
        assert student_api.get(address(quiz, "attempts/")).status_code == 404


def test_a_free_trial_is_read_by_everybody_and_answered_by_who_is_logged_in(api, student_api):
    quiz = QuizFactory(free=True)
    assert api.get(address(quiz)).json()["data"]["last"] is None
    assert send(api, quiz).status_code == 401
    assert passing(student_api, quiz)["passed"]


def test_whoever_passes_a_trial_has_done_it_when_the_course_is_bought(student, student_api):
    quiz = QuizFactory(free=True, max_attempts=1)
    passing(student_api, quiz)
    course = EnrollmentFactory(user=student, course=quiz.section.chapter.course).course
    progress = student_api.get(f"/api/v1/course/{course.pk}/progress/").json()["data"]
    assert progress["course"]["percent"] == 100


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_other_sections_are_no_quizzes(student, student_api, kind):
    section = SectionFactory(section_type=kind, content="x")
    EnrollmentFactory(user=student, course=section.chapter.course)
    assert student_api.get(address(section)).json()["code"] == 3003
    assert send(student_api, section).json()["code"] == 3003
    assert student_api.get(address(section, "attempts/")).json()["code"] == 3003


def test_a_quiz_without_questions_cannot_be_answered_nor_done(student, student_api, quiz):
    QuizQuestion.objects.all().delete()
    assert student_api.get(address(quiz)).json()["code"] == 3003
    Quiz.objects.all().delete()
    assert student_api.get(address(quiz)).json()["code"] == 3003


def test_the_text_of_a_quiz_is_no_document(student_api, quiz):
    answer = student_api.get(f"/api/v1/course/section/{quiz.pk}/content/")
    assert answer.json()["code"] == 3003


def test_a_preview_shows_the_questions_only(api, quiz):
    course = quiz.section.chapter.course
    course.status = 2
    course.save()
    token = previews.make_link(course.pk).partition("preview=")[2]
    path = f"/api/v1/course/{course.pk}/preview/section/{quiz.pk}/quiz/"

    answer = api.get(path, {"token": token})

    assert len(answer.json()["data"]["questions"]) == 4
    assert not [word for word in SECRETS if word in answer.text]
    assert api.get(path, {"token": "x"}).status_code >= 400


def test_right_answers_are_in_no_page_of_the_course(api, student_api, quiz):
    course = quiz.section.chapter.course_id
    for path in (f"/api/v1/course/{course}/", f"/api/v1/course/chapter/?course={course}"):
        for client in (api, student_api):
            text = client.get(path).text
            assert not [word for word in (*SECRETS, "几个", "可变") if word in text]


def test_how_many_queries(student_api, quiz, django_assert_num_queries):
    passing(student_api, quiz)
    student_api.get(address(quiz))
    with django_assert_num_queries(7):  # login, section, quiz, questions, progress, attempts
        student_api.get(address(quiz))


# --- Attempts -----------------------------------------------------------------------------------


def test_all_right_is_passed_and_done(student, student_api, quiz):
    answer = send(student_api, quiz, right(quiz))

    data = answer.json()["data"]
    assert answer.status_code == 201
    numbers = [data[name] for name in ("number", "points", "total", "percent", "passed")]
    assert numbers == [1, 10, 10, 100, True]
    assert [each["earned"] for each in data["questions"]] == [2, 3, 1, 4]
    assert is_done(student, quiz)
    course = quiz.section.chapter.course_id
    progress = student_api.get(f"/api/v1/course/{course}/progress/").json()["data"]
    assert progress["course"]["percent"] == 100


def test_too_little_is_neither(student, student_api, quiz):
    answers = right(quiz)
    answers[1]["choices"] = [0]
    answers[3]["texts"] = ["=", "="]
    data = send(student_api, quiz, answers).json()["data"]

    assert (data["points"], data["percent"], data["passed"]) == (5, 50, False)
    assert [each["correct"] for each in data["questions"]] == [True, False, True, False]
    assert data["questions"][3]["blanks_right"] == [True, False]
    assert not is_done(student, quiz)
    course = quiz.section.chapter.course_id
    progress = student_api.get(f"/api/v1/course/{course}/progress/").json()["data"]
    assert (progress["course"]["percent"], progress["course"]["total"]) == (0, 1)


def test_a_later_worse_attempt_takes_nothing_back(student, student_api, quiz):
    passing(student_api, quiz)
    send(student_api, quiz, key="second-attempt")
    page = student_api.get(address(quiz)).json()["data"]
    assert (page["passed"], page["last"]["passed"], page["attempts_used"]) == (True, False, 2)
    assert is_done(student, quiz)


def test_nobody_marks_a_quiz_as_read(student, student_api, quiz):
    path = f"/api/v1/course/section/{quiz.pk}/progress/"
    answer = student_api.put(path, {"done": True}, format="json")
    assert (answer.status_code, answer.json()["msg"]) == (400, "测验通过后会自动记为学完")
    assert not is_done(student, quiz)


def test_watching_does_not_pass_a_quiz_that_was_a_video(student, student_api, quiz):
    CourseSection.objects.filter(pk=quiz.pk).update(duration=10)
    student_api.get(address(quiz))
    row = SectionProgress.objects.get(user=student, section=quiz.pk)
    SectionProgress.objects.filter(pk=row.pk).update(watched=600, position=10)
    path = f"/api/v1/course/section/{quiz.pk}/progress/"
    data = student_api.put(path, {"position": 10}, format="json").json()["data"]
    assert not data["done"]
    progress_buffer.flush_all()
    course = quiz.section.chapter.course_id
    progress = student_api.get(f"/api/v1/course/{course}/progress/").json()["data"]
    assert (progress["course"]["percent"], progress["sections"][0]["done"]) == (0, False)
    assert class_progress.of_students([(student.pk, course)])[student.pk, course].done == 0
    [line] = class_progress.by_section(user_id=student.pk, course_id=course)
    assert (line.percent, line.is_done) == (0, False)
    assert not is_done(student, quiz)


def test_who_has_passed_other_questions_does_not_see_the_answers_of_new_ones(student_api, quiz):
    passing(student_api, quiz)
    QuizQuestion.objects.filter(kind=1).update(text="另一题", explanation="新的 PEP 8")
    answer = send(student_api, quiz, key="second-attempt")
    assert (answer.json()["data"]["revealed"], "PEP 8" in answer.text) == (False, False)
    page = student_api.get(address(quiz)).json()["data"]
    assert (page["passed"], page["last"]["revealed"]) == (True, False)


@pytest.mark.parametrize(
    ("reveal", "before", "after"),
    [
        (Quiz.Reveal.ALWAYS, True, True),
        (Quiz.Reveal.PASSED, False, True),
        (Quiz.Reveal.NEVER, False, False),
    ],
)
def test_right_answers_are_shown_as_the_quiz_says(student_api, quiz, reveal, before, after):
    Quiz.objects.update(reveal=reveal)
    for key, answers, shown in (("first-one", [], before), ("second-one", right(quiz), after)):
        answer = send(student_api, quiz, answers, key)
        data = answer.json()["data"]
        assert data["revealed"] == shown
        assert ("PEP 8" in answer.text, "等号" in answer.text) == (shown, shown)
        first, fill = data["questions"][0], data["questions"][3]
        assert first["right_choices"] == ([1] if shown else [])
        assert bool(fill["right_texts"]) == shown
        last = student_api.get(address(quiz)).json()["data"]["last"]
        assert last == data


def test_the_same_request_twice_is_one_attempt(student_api, quiz):
    first = passing(student_api, quiz)
    again = send(student_api, quiz, right(quiz)).json()["data"]
    assert again == first
    assert QuizAttempt.objects.count() == 1


@pytest.mark.parametrize("is_changed", [False, True])
def test_the_same_request_with_other_answers_is_told_of(student_api, quiz, is_changed):
    answers = right(quiz)
    first = send(student_api, quiz, answers).json()["data"]
    if is_changed:
        quiz.questions.filter(pk=answers[0]["question"]).delete()

    for others in (answers[:2], [], [{"question": 10**9, "choices": [0]}]):
        answer = send(student_api, quiz, others)
        assert (answer.status_code, answer.json()["code"]) == (409, Code.CONFLICT)
        assert "这次作答已经提交过" in answer.json()["msg"]

    assert QuizAttempt.objects.get().passed
    assert send(student_api, quiz, answers).json()["data"] == first
    assert send(student_api, quiz, [], key="another-key").json()["data"]["number"] == 2


def test_a_limit_holds_and_is_told(student_api, quiz):
    Quiz.objects.update(max_attempts=2)
    for number, left in enumerate((1, 0), 1):
        assert send(student_api, quiz, key=f"attempt-{number}").status_code == 201
        page = student_api.get(address(quiz)).json()["data"]
        assert (page["attempts_used"], page["attempts_left"]) == (number, left)
    answer = send(student_api, quiz, right(quiz), key="attempt-3")
    assert answer.status_code == 400
    assert answer.json()["msg"] == "这个测验最多可以答 2 次，您已用完"
    assert send(student_api, quiz, key="attempt-2").status_code == 201  # the one that there is
    Quiz.objects.update(max_attempts=3)
    assert send(student_api, quiz, right(quiz), key="attempt-3").status_code == 201


def test_own_attempts_are_listed_and_nobody_elses(student_api, quiz):
    classmate = EnrollmentFactory(course=quiz.section.chapter.course).user
    other = logged_in(classmate)
    send(student_api, quiz, key="attempt-1")
    passing(student_api, quiz)
    rows = student_api.get(address(quiz, "attempts/")).json()["data"]
    assert [(row["number"], row["passed"]) for row in rows] == [(2, True), (1, False)]
    assert other.get(address(quiz, "attempts/")).json()["data"] == []
    assert other.get(address(quiz)).json()["data"]["last"] is None


def test_questions_that_were_changed_meanwhile_are_not_marked(student_api, quiz):
    version = student_api.get(address(quiz)).json()["data"]["version"]
    QuizQuestion.objects.filter(kind=1).update(text="另一题")
    answer = send(student_api, quiz, right(quiz), version=version)
    assert (answer.status_code, answer.json()["code"]) == (409, 1009)
    assert "已被修改" in answer.json()["msg"]
    assert not QuizAttempt.objects.exists()


def test_a_corrected_answer_is_used_for_who_began_before(student_api, quiz):
    version = student_api.get(address(quiz)).json()["data"]["version"]
    QuizQuestion.objects.filter(kind=1).update(answer="C")
    data = send(student_api, quiz, right(quiz), version=version).json()["data"]
    assert data["points"] == 8


def test_a_result_does_not_follow_later_changes(student_api, quiz):
    before = passing(student_api, quiz)
    QuizQuestion.objects.filter(kind=1).update(text="另一题", answer="A", points=90)
    QuizQuestion.objects.filter(kind=4).delete()
    Quiz.objects.update(pass_percent=100)
    assert student_api.get(address(quiz)).json()["data"]["last"] == before


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


@pytest.mark.parametrize("pk", [0, 10**6, 2**63, 2**70])
def test_an_unknown_section(student_api, pk):
    assert student_api.get(address(pk)).status_code == 404


def test_attempts_have_a_limit_of_their_own(student_api, quiz, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "quiz": {"account": (2, 600)}}
    codes = [send(student_api, quiz, key=f"attempt-{n}").status_code for n in range(3)]
    assert codes == [201, 201, 429]
    assert student_api.get(address(quiz)).status_code == 200


# --- What follows an account --------------------------------------------------------------------


def test_the_export_of_a_student_has_what_was_answered_and_no_right_answers(
    student, student_api, quiz
):
    send(
        student_api,
        quiz,
        [{"question": ids(quiz)[0], "choices": [2]}, {"question": ids(quiz)[3], "texts": ["：="]}],
    )
    [row] = personal_data.quiz_attempts(student.pk)
    assert (row["attempt"], row["points"], row["passed"]) == (1, 0, False)
    assert [each["answer"] for each in row["answers"]] == [["八"], [], [], ["：="]]
    assert not [word for word in SECRETS if word in str(row)]


def test_a_closed_account_leaves_marks_and_no_answers(student, student_api, quiz):
    passing(student_api, quiz)
    account_deletion.close(student.pk)
    attempt = QuizAttempt.objects.get()
    assert (attempt.answers, attempt.points) == ([], 10)
    shown = quizzes.quiz_results.result(attempt, reveal=1, has_passed=True)
    assert [list(each.texts) for each in shown.questions] == [[], [], [], []]


def test_two_accounts_have_all_their_attempts_in_one_order(student, student_api, quiz):
    Quiz.objects.update(max_attempts=3)
    other = UserFactory()
    EnrollmentFactory(user=other, course=quiz.section.chapter.course)
    version = quizzes.version_of(quizzes.questions_of(quiz.pk))
    say = {"section_id": quiz.pk, "version": version}
    quizzes.submit(user_id=other.pk, request_key=KEY, answers=[], **say)
    quizzes.submit(user_id=student.pk, request_key=KEY, answers=[], **say)
    quizzes.submit(user_id=other.pk, request_key="another-key", answers=right(quiz), **say)

    account_moves.move(source_id=other.pk, target_id=student.pk)

    rows = QuizAttempt.objects.order_by("number")
    assert [(row.user_id, row.number, row.passed) for row in rows] == [
        (student.pk, 1, False),
        (student.pk, 2, False),
        (student.pk, 3, True),
    ]
    assert is_done(student, quiz)
    page = student_api.get(address(quiz)).json()["data"]
    assert (page["attempts_left"], page["passed"]) == (0, True)
    assert send(student_api, quiz, key="one-more-key").status_code == 400


def test_many_attempts_move_in_statements_of_a_bounded_size(student, quiz, monkeypatch):
    monkeypatch.setattr(quiz_moves, "CHUNK", 3)
    other, second = UserFactory(), QuizFactory()
    facts = {"version": "x", "asked": [], "answers": [], "marks": [], "points": 0, "total": 1}
    for user, key in ((other, "theirs"), (student, "own")):
        QuizAttempt.objects.bulk_create(
            QuizAttempt(
                user=user,
                section=each.section,
                number=number,
                request_key=f"{key}-{number}" if number > 1 else KEY,
                passed=False,
                **facts,
            )
            for each in (quiz, second)
            for number in range(1, 6)
        )

    with CaptureQueriesContext(connection) as asked:
        quiz_moves.move(source_id=other.pk, target_id=student.pk)

    for each in (quiz, second):
        rows = QuizAttempt.objects.filter(section=each.pk).order_by("number")
        assert [(row.user_id, row.number) for row in rows] == [
            (student.pk, number) for number in range(1, 11)
        ]
        assert len({row.request_key for row in rows}) == 10
    updates = [each["sql"] for each in asked if each["sql"].startswith("UPDATE")]
    assert len(updates) == 14
    assert max(each.count("WHEN") for each in updates) <= 6


def test_a_count_of_questions_that_is_wrong_is_found(quiz):
    rule = integrity.RULES["课时记下的题数与测验的题目不符"]
    assert list(rule()) == []
    QuizQuestion.objects.filter(kind=QuestionKind.FILL).delete()
    assert list(rule()) == [f"{quiz.pk} {quiz.section.name}"]
    quizzes.count_questions(quiz.pk)
    assert list(rule()) == []


@pytest.mark.any_database
def test_what_is_too_large_is_refused_where_it_is_counted(quiz):
    for size in (59_000, 5_000):
        QuizQuestion.objects.create(quiz=quiz, kind=3, text="字" * size, answer="对")
    with pytest.raises(QuizTooLarge, match="合计不能超过 64000 个字符，现在有 64080 个"):
        quizzes.count_questions(quiz.pk)
    quiz.section.refresh_from_db()
    assert quiz.section.question_count == 4


def test_sections_of_a_course_count_quizzes_with_questions(quiz):
    course = quiz.section.chapter.course
    course.refresh_from_db()
    assert (course.sections, course.pub_sections) == (1, 1)
    QuizQuestion.objects.all().delete()
    quizzes.count_questions(quiz.pk)
    course.refresh_from_db()
    assert course.pub_sections == 0
