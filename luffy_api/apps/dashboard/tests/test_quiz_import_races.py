"""Two imports of questions for one quiz, and an import while the page of the quiz is saved."""

import pytest

from luffy_api.apps.dashboard.imports.running import run
from luffy_api.apps.dashboard.models import ImportRow
from luffy_api.apps.dashboard.services import apply_import
from luffy_api.apps.dashboard.tests.sheets import checked, xlsx
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.tests.back_office import form_of, page
from luffy_api.tests.factories import QuizFactory, SectionFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def ready(name, first, size):
    """An import of new questions that was checked, and that waits to be continued."""
    rows = [[name, "判断题", f"{first} {n}", "对"] for n in range(size)]
    job = checked("quizzes", xlsx(["测验", "题型", "题目", "答案"], *rows))
    apply_import(job, user_id=job.created_by_id)
    return job.pk


@pytest.mark.parametrize("is_there", [False, True])
def test_two_imports_hold_the_limit_and_the_number(is_there):
    section = SectionFactory(name="小测", section_type=3, video="", duration=0)
    if is_there:
        Quiz.objects.create(section=section)
    jobs = [ready("小测", first, 60) for first in ("甲", "乙")]

    in_threads(lambda number: run(jobs[number], seconds=60), 2)

    section.refresh_from_db()
    assert QuizQuestion.objects.filter(quiz=section.pk).count() == 100
    assert section.question_count == 100
    failed = ImportRow.objects.filter(state=ImportRow.State.FAILED)
    assert failed.count() == 20
    assert {row.errors["section"][0] for row in failed} == {"一个测验最多 100 题"}


def test_a_form_and_an_import_are_counted_both(admin_client):
    quiz = QuizFactory(section__name="小测")
    job = ready("小测", "甲", 40)
    address = page(Quiz, "change", quiz.pk)
    new = {"orders": 9, "kind": 3, "text": "对吗？", "answer": "对", "points": 1}
    fields = form_of(admin_client, address) | {"questions-TOTAL_FORMS": 5}
    fields |= {f"questions-4-{name}": value for name, value in new.items()}

    def act(number):
        if number:
            return run(job, seconds=60)
        return admin_client.post(address, fields).status_code

    assert in_threads(act, 2) == [302, False]

    quiz.section.refresh_from_db()
    assert quiz.section.question_count == quiz.questions.count() == 45
