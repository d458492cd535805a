"""Questions of quizzes come in and go out."""

import io

import openpyxl
import pytest

from luffy_api.apps.dashboard.imports import running
from luffy_api.apps.dashboard.imports.kinds import KINDS
from luffy_api.apps.dashboard.models import Import
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.apps.dashboard.tests.sheets import applied, changes, checked, errors, xlsx
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.tests.factories import QuizFactory, SectionFactory
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db

HEADINGS = ["测验", "题型", "题目", "选项", "答案", "分值", "解析"]
ROWS = [
    ["第一章测验", "单选题", "几个空格？", "二\n四\n八", "b", 2, "PEP 8"],
    ["第一章测验", "多选", "可变的有？", "列表\n元组\n字典", "c、a", 3, None],
    ["第一章测验", "判断", "一加一", None, "√", None, None],
    ["第一章测验", "填空题", "赋值用 ____", None, "＝ ｜ =", 1, None],
]


@pytest.fixture
def section():
    return SectionFactory(name="第一章测验", section_type=3, video="", duration=0)


def rows_of(section):
    rows = QuizQuestion.objects.filter(quiz=section.pk).order_by("orders")
    return list(rows.values_list("orders", "kind", "text", "options", "answer", "points"))


@pytest.mark.any_database
def test_questions_of_every_kind_come_in(section):
    applied("quizzes", xlsx(HEADINGS, *ROWS))

    assert rows_of(section) == [
        (1, 1, "几个空格？", "二\n四\n八", "B", 2),
        (2, 2, "可变的有？", "列表\n元组\n字典", "AC", 3),
        (3, 3, "一加一", "", "对", 1),
        (4, 4, "赋值用 ____", "", "＝|=", 1),
    ]
    section.refresh_from_db()
    assert (section.question_count, section.quiz.pass_percent) == (4, 60)
    section.chapter.course.refresh_from_db()
    assert section.chapter.course.pub_sections == 1


@pytest.mark.any_database
def test_cells_are_what_a_spreadsheet_makes_of_them(section):
    """It makes TRUE a truth value, 1 and 3.50 numbers; a line of a cell ends as it likes."""
    rows = [
        ["第一章测验", "判断题", "真", None, True, 1.0, None],
        ["第一章测验", "判断题", "假", None, False, "2", None],
        ["第一章测验", "判断题", "一", None, 1, None, None],
        ["第一章测验", "单选题", "选", "A. 2\r\nB. 4\rC. 8", "Ｂ", None, None],
        ["第一章测验", "填空题", "数", None, 3.5, None, None],
    ]
    applied("quizzes", xlsx(HEADINGS, *rows))
    assert [row[3:] for row in rows_of(section)] == [
        *(("", "对", 1), ("", "错", 2), ("", "对", 1), ("2\n4\n8", "B", 1), ("", "3.5", 1)),
    ]


@pytest.mark.any_database
def test_faults_are_told_by_cell_and_nothing_is_written(section):
    SectionFactory(name="文档", section_type=0, video="", content="x")
    wrong = [
        ["第二章测验", "单选题", "a", "甲\n乙", "A", 1, None],
        ["文档", "单选题", "b", "甲\n乙", "A", 1, None],
        ["第一章测验", "选择题", "c", "甲\n乙", "A", 1, None],
        ["第一章测验", "单选题", "d", "甲", "A", 1, None],
        ["第一章测验", "单选题", "e", "甲\n乙", "AB", 1, None],
        ["第一章测验", "判断题", "f", None, "也许", 1, None],
        ["第一章测验", "填空题", "g", "甲\n乙", "A", 1, None],
        ["第一章测验", "填空题", "h", None, None, "一分", None],
        ["第一章测验", "填空题", None, None, "x", 1, None],
    ]
    job = checked("quizzes", xlsx(HEADINGS, *ROWS, *wrong))

    assert job.state == Import.State.INVALID
    assert errors(job) == {
        6: {"section": ["没有测验“第二章测验”"]},
        7: {"section": ["没有测验“文档”"]},
        8: {"kind": ["“选择题”不在可选值中：单选题、多选题、判断题、填空题"]},
        9: {"options": ["选项要有 2 到 10 个，一行一个"]},
        10: {"answer": ["单选题只能有一个正确选项"]},
        11: {"answer": ["答案要填“对”或“错”"]},
        12: {"options": ["填空题不需要选项"]},
        13: {"answer": ["必填"], "points": ["“一分”不是整数"]},
        14: {"text": ["必填"]},
    }
    assert not Quiz.objects.exists()


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_export_changes_nothing_and_holds_no_formula(admin_client, section, format):
    applied("quizzes", xlsx(HEADINGS, *ROWS))
    QuizFactory(section__name="第一章测验")
    QuizQuestion.objects.filter(kind=3).update(text="=1+1", explanation="@SUM(A1)")
    before = list(QuizQuestion.objects.values())
    content = sheets.export(admin_client, "quizzes", format)

    job = checked("quizzes", content)

    assert (job.state, errors(job), changes(job)) == (Import.State.READY, {}, {})
    assert job.summary["same"] == 8
    assert list(QuizQuestion.objects.values()) == before
    if format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}


def test_a_row_with_the_text_of_a_question_changes_it(section):
    applied("quizzes", xlsx(HEADINGS, *ROWS))
    job = applied("quizzes", xlsx(HEADINGS, [*ROWS[0][:5], 5, "因为"]))
    assert changes(job) == {2: [["分值", "2", "5"], ["解析", "PEP 8", "因为"]]}
    assert QuizQuestion.objects.count() == 4


def test_english_headings_and_the_id_of_the_section(section):
    SectionFactory(name="第一章测验", section_type=3, video="")
    headings = ["section", "course", "kind", "text", "answer"]
    course = section.chapter.course.name
    job = checked("quizzes", xlsx(headings, ["第一章测验", None, "判断题", "a", "对"]))
    assert "请填写编号" in errors(job)[2]["section"][0]
    job = checked("quizzes", xlsx(headings, [section.pk, "别的课", "判断题", "a", "对"]))
    assert errors(job) == {2: {"course": [f"这个测验在课程“{course}”里"]}}
    applied("quizzes", xlsx(headings, [section.pk, course, "判断题", "a", "对"]))
    assert rows_of(section) == [(1, 3, "a", "", "对", 1)]


def test_an_id_is_of_this_quiz_and_no_question_is_there_twice(section):
    other = QuizFactory()
    foreign = other.questions.first().pk
    headings = ["编号", *HEADINGS]
    rows = [
        [foreign, *ROWS[0]],
        [10**6, *ROWS[0]],
        ["x", *ROWS[0]],
        [None, *ROWS[1]],
        [None, *ROWS[1]],
    ]
    job = checked("quizzes", xlsx(headings, *rows))
    found = errors(job)
    assert found[2] == {"id": [f"题目 {foreign} 不属于这个测验"]}
    assert found[3] == {"id": ["没有编号为 1000000 的题目"]}
    assert list(found[4]) == ["id"]
    assert found[6] == {"": ["与第 5 行重复"]}


@pytest.mark.any_database
def test_a_quiz_has_so_many_questions_and_no_more(section):
    rows = [["第一章测验", "判断题", f"第 {n} 题", None, "对", 1, None] for n in range(101)]
    assert errors(checked("quizzes", xlsx(HEADINGS, *rows))) == {
        102: {"section": ["一个测验最多 100 题"]}
    }
    applied("quizzes", xlsx(HEADINGS, *rows[:100]))
    assert [row[0] for row in rows_of(section)] == [*range(1, 101)]


def dry_run(content, *, processes):
    """What rows are refused; `processes` check the file one after the other."""
    job = sheets.staged("quizzes", content)
    seconds = 0 if processes else 600
    while running.run(job.pk, seconds=seconds):
        pass
    job.refresh_from_db()
    return job, errors(job)


@pytest.mark.any_database
@pytest.mark.parametrize("processes", [False, True], ids=["one process", "one for each batch"])
def test_the_dry_run_refuses_what_is_too_much_however_long_the_file_is(
    section, monkeypatch, processes
):
    applied("quizzes", xlsx(HEADINGS, *ROWS))
    monkeypatch.setattr(running, "CHECK_BATCH", 10)
    rows = [["第一章测验", "判断题", f"第 {n} 题", None, "对", 1, None] for n in range(110)]
    # Two questions that are there already: they become no more of them.
    content = xlsx(HEADINGS, *ROWS[:2], *rows)

    job, found = dry_run(content, processes=processes)

    assert job.state == Import.State.INVALID
    assert list(found) == [*range(100, 114)]
    assert {str(each) for each in found.values()} == {"{'section': ['一个测验最多 100 题']}"}
    job, found = dry_run(xlsx(HEADINGS, *ROWS[:2], *rows[:96]), processes=processes)
    assert (job.state, found) == (Import.State.READY, {})


@pytest.mark.any_database
@pytest.mark.parametrize("processes", [False, True], ids=["one process", "one for each batch"])
def test_the_dry_run_counts_the_text_of_a_long_file(section, monkeypatch, processes):
    long = "字" * 4_995
    rows = [["第一章测验", "判断题", f"{n:03d}", None, "√", 1, long] for n in range(14)]
    applied("quizzes", xlsx(HEADINGS, *rows[:12]))
    monkeypatch.setattr(running, "CHECK_BATCH", 1)

    shorter = [[*row[:6], "短"] for row in rows[:2]]
    job, found = dry_run(xlsx(HEADINGS, *shorter, *rows[12:]), processes=processes)
    assert (job.state, found) == (Import.State.READY, {})

    job, found = dry_run(xlsx(HEADINGS, shorter[0], *rows[12:]), processes=processes)
    assert list(found) == [4]
    assert "合计不能超过 64000 个字符" in found[4]["section"][0]


@pytest.mark.any_database
def test_a_quiz_has_so_much_text_and_no_more(section):
    long = "字" * 4_995
    rows = [["第一章测验", "判断题", f"{n:03d}", None, "对", 1, long] for n in range(13)]
    found = errors(checked("quizzes", xlsx(HEADINGS, *rows)))
    assert list(found) == [14]
    assert "合计不能超过 64000 个字符，现在有 64987 个" in found[14]["section"][0]

    applied("quizzes", xlsx(HEADINGS, *rows[:12]))
    grown = errors(checked("quizzes", xlsx(HEADINGS, [*rows[0][:6], long + "字"], rows[12])))
    assert [*grown] == [3]
    applied("quizzes", xlsx(HEADINGS, [*rows[0][:6], "短"], rows[12]))
    assert QuizQuestion.objects.count() == 13


@pytest.mark.any_database
def test_who_may_write_questions_imports_them():
    kind = KINDS["quizzes"]
    rights = [f"{a}_{m}" for a in ("add", "change") for m in ("quiz", "quizquestion")]
    assert {f"learning.{each}" for each in rights} == set(kind.permissions)
    assert not kind.may_import(staff())
    assert kind.may_import(staff(is_superuser=True))


@pytest.mark.any_database
def test_the_outline_keeps_the_kind_of_a_quiz(admin_client, section):
    Quiz.objects.create(section=section)
    content = sheets.export(admin_client, "outline")
    job = checked("outline", content)
    assert (job.state, changes(job)) == (Import.State.READY, {})
    assert "测验" in str([row.data for row in job.rows.all()])
