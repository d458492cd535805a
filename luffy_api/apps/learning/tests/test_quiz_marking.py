"""What questions mean, what is wrong with them, and what answers are worth."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luffy_api.apps.learning.quiz_marking import (
    Given,
    Mark,
    is_passed,
    mark,
    normalize,
    percent_of,
)
from luffy_api.apps.learning.quiz_questions import (
    Question,
    QuestionKind,
    problems,
    read,
    tidy,
    version_of,
)

SINGLE, MULTIPLE, TRUE_FALSE, FILL = QuestionKind


@dataclass
class Row:
    kind: int = SINGLE
    text: str = "题"
    options: str = "甲\n乙\n丙"
    answer: str = "B"
    points: int = 2
    explanation: str = ""


def wrong(**fields):
    return [name for name, _ in problems(Row(**fields))]


@pytest.mark.parametrize(
    ("kind", "options", "answer", "right"),
    [
        (SINGLE, "甲\n乙", "b", (1,)),
        (SINGLE, " 甲 \n\n乙\r\n丙", "Ｃ", (2,)),
        (MULTIPLE, "甲\n乙\n丙", "C、a", (0, 2)),
        (MULTIPLE, "甲\n乙\n丙", "A, B，C", (0, 1, 2)),
        (TRUE_FALSE, "", "正确", (0,)),
        (TRUE_FALSE, "", "×", (1,)),
        *((TRUE_FALSE, "", word, (0,)) for word in ("✓", "✔\ufe0f", "TRUE", "Ｔ", "1", "A")),
        *((TRUE_FALSE, "", word, (1,)) for word in ("✗", "❌", "False", "不对", "0", "b")),
        (MULTIPLE, "甲\n乙\n丙", "A/C.", (0, 2)),
        (MULTIPLE, "甲\n乙\n丙", "b和c", (1, 2)),
    ],
)
def test_choices_are_read_however_they_are_written(kind, options, answer, right):
    row = Row(kind, options=options, answer=answer)
    tidy(row)
    assert not wrong(kind=row.kind, options=row.options, answer=row.answer)
    assert read(row, id=1).right == right


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("A. 列表\nB．元组\nC、字典", "列表\n元组\n字典"),
        ("(a) 列表\n（Ｂ）元组", "列表\n元组"),
        ("Ａ：列表\nＢ：元组", "列表\n元组"),
        # Not of all, in another order, or no letters at all: they are a part of the text.
        ("A. 列表\n元组", "A. 列表\n元组"),
        ("B. 列表\nA. 元组", "B. 列表\nA. 元组"),
        ("A\nB", "A\nB"),
        ("A.\nB.", "A.\nB."),
        ("a.txt 是文件\nb.txt 是文件", "a.txt 是文件\nb.txt 是文件"),
        ("A.int\nB.str", "int\nstr"),
    ],
)
def test_letters_before_options_are_not_shown_twice(written, stored):
    row = Row(SINGLE, options=written, answer="A")
    tidy(row)
    assert row.options == stored


def test_blanks_are_lines_and_spellings_stand_between_bars():
    row = Row(FILL, options="", answer=" int ｜ 整数 |\n\n3.14 ")
    tidy(row)
    assert row.answer == "int|整数\n3.14"
    assert read(row, id=1).spellings == (("int", "整数"), ("3.14",))


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"kind": 9}, ["kind"]),
        ({"text": " \n"}, ["text"]),
        ({"text": "x" * 5001}, ["text"]),
        ({"explanation": "x" * 5001}, ["explanation"]),
        ({"points": 0}, ["points"]),
        ({"points": 101}, ["points"]),
        ({"points": None}, ["points"]),
        ({"options": "甲"}, ["options"]),
        ({"options": "\n".join("abcdefghijk")}, ["options"]),
        ({"options": "甲\n甲"}, ["options"]),
        ({"options": "甲\n" + "x" * 301}, ["options"]),
        ({"answer": "D"}, ["answer"]),
        ({"answer": ""}, ["answer"]),
        ({"answer": "AB"}, ["answer"]),
        ({"kind": MULTIPLE, "answer": "AA"}, ["answer"]),
        ({"kind": MULTIPLE, "answer": "甲"}, ["answer"]),
        ({"kind": TRUE_FALSE, "answer": "对"}, ["options"]),
        ({"kind": TRUE_FALSE, "options": "", "answer": "也许"}, ["answer"]),
        ({"kind": FILL, "options": "", "answer": " "}, ["answer"]),
        ({"kind": FILL, "options": "", "answer": "|\nx"}, ["answer"]),
        ({"kind": FILL, "options": "", "answer": "\u200b\ufeff|\nx"}, ["answer"]),
        ({"kind": FILL, "options": "", "answer": "\n".join("abcdefghijk")}, ["answer"]),
        ({"kind": FILL, "options": "", "answer": "x" * 101}, ["answer"]),
        ({"kind": FILL, "options": "", "answer": "|".join(map(str, range(21)))}, ["answer"]),
        ({"kind": FILL, "options": "a\nb", "answer": "x"}, ["options"]),
    ],
)
def test_what_cannot_be_asked_or_marked_is_said(fields, names):
    assert wrong(**fields) == names


choice = st.lists(st.integers(0, 9), unique=True, max_size=10)


@given(right=choice.filter(bool), chosen=choice, points=st.integers(1, 100))
def test_a_choice_is_right_as_a_whole_or_not_at_all(right, chosen, points):
    question = Question(1, MULTIPLE, "", points, options=tuple("abcdefghij"), right=tuple(right))
    is_right = sorted(right) == sorted(chosen)
    assert mark(question, Given(tuple(chosen))) == Mark(points if is_right else 0, is_right)


@given(
    spellings=st.lists(st.lists(st.text("abc", min_size=1), min_size=1), min_size=1, max_size=10),
    points=st.integers(1, 100),
    data=st.data(),
)
def test_each_blank_counts_by_itself(spellings, points, data):
    question = Question(1, FILL, "", points, spellings=tuple(map(tuple, spellings)))
    right = data.draw(st.lists(st.booleans(), max_size=len(spellings)))
    texts = tuple(spellings[i][-1] if each else "不对" for i, each in enumerate(right))

    found = mark(question, Given(texts=texts))

    assert found.blanks == (*right, *[False] * (len(spellings) - len(right)))
    assert found.points == points * sum(right) // len(spellings)
    assert found.correct == (found.points == points and all(found.blanks))


@given(st.text(max_size=30), st.text(" \t\u3000", max_size=3))
def test_blanks_around_never_count(text, blanks):
    assert normalize(f"{blanks}{text}{blanks}") == normalize(text)


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("Ｐｙｔｈｏｎ", "python"),
        ("  x = 1 ", "x=1"),
        ("变量 名", "变量名"),
        ("hello   world", "Hello World"),
        ("“a”，b。", '"a",b.'),
        ("−1", "-1"),
        ("x – y", "x-y"),
        ("1 000", "1 000"),
        ("a\u200bb", "ab"),
    ],
)
def test_spellings_that_are_the_same(typed, accepted):
    assert normalize(typed) == normalize(accepted)


@pytest.mark.parametrize(
    ("typed", "accepted"), [("helloworld", "hello world"), ("1.0", "1"), ("", "x"), ("=", "==")]
)
def test_spellings_that_are_not(typed, accepted):
    assert normalize(typed) != normalize(accepted)


@given(st.integers(1, 10**4), st.data(), st.integers(1, 100))
def test_who_passes_has_at_least_the_percent(total, data, needed):
    points = data.draw(st.integers(0, total))
    assert is_passed(points, total, needed) == (points / total >= needed / 100 - 1e-12)
    assert (percent_of(points, total) == 100) == (points == total)


def test_an_empty_blank_is_never_right():
    question = Question(1, FILL, "", 4, spellings=(("\u200b",), (" ",)))
    assert mark(question, Given()).points == 0


def test_nothing_is_never_passed():
    assert not is_passed(0, 0, 60)


def test_the_version_is_of_what_is_asked_and_not_of_right_answers():
    question = Question(1, SINGLE, "题", 2, "", ("甲", "乙"), (0,))
    version = version_of([question])
    for same in (replace(question, right=(1,)), replace(question, explanation="因为")):
        assert version_of([same]) == version
    others = [{"text": "题目"}, {"points": 3}, {"options": ("乙", "甲")}, {"kind": MULTIPLE}]
    for fields in others:
        assert version_of([replace(question, **fields)]) != version
    assert version_of([question, replace(question, id=2)]) != version_of(
        [replace(question, id=2), question]
    )
