"""The questions of a quiz as they are written in cells and forms, and what they mean.

A question is written in texts: its options one on each line, the right ones as letters (`AC`), 对
or 错, or for 填空 a line for each blank with its accepted spellings between `|`. This module reads
them, says what is wrong with them, and knows no database.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Protocol

from django.db.models import IntegerChoices

from luffy_api.apps.learning.quiz_normalization import normalize

MIN_OPTIONS, MAX_OPTIONS = 2, 10
MAX_BLANKS, MAX_SPELLINGS = 10, 20
MAX_POINTS = 100
MAX_QUESTIONS = 100
# Characters of all texts of a quiz: each attempt keeps them, and each page makes HTML of them.
MAX_QUIZ = 64_000
# Characters of a text, of an option and of an accepted spelling.
MAX_TEXT, MAX_OPTION, MAX_SPELLING = 5_000, 300, 100
TRUE, FALSE = "对", "错"
TRUE_WORDS = {"对", "正确", "是", "true", "yes", "t", "y", "1", *"√✓✔☑✅", "a"}
FALSE_WORDS = {"错", "错误", "不对", "否", "false", "no", "f", "n", "0", *"×✕✖✗✘☒❌", "x", "b"}
LETTERS = ascii_uppercase[:MAX_OPTIONS]
# Between letters: A,C and A、C are AC.
BETWEEN = re.compile(r"[\s,;、/|.+&和]+")
# Before an option, as most collections of questions write it: `A. 列表`, `（B）元组`; not `a.txt`.
LABEL = re.compile(r"[(（]?([A-JＡ-Ｊａ-ｊ]|[a-j](?!\.[!-~]))\s*[.．、:：)）]\s*(?=\S)")
ALTERNATIVES = re.compile("[|｜]")

Problem = tuple[str, str]


class QuestionKind(IntegerChoices):
    """How a question is answered."""

    SINGLE = 1, "单选题"
    MULTIPLE = 2, "多选题"
    TRUE_FALSE = 3, "判断题"
    FILL = 4, "填空题"


class Written(Protocol):
    """A question as it is stored."""

    kind: int
    text: str
    options: str
    answer: str
    points: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of a quiz: its questions, and the characters of all their texts."""

    questions: int = 0
    characters: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(self.questions + other.questions, self.characters + other.characters)

    def __sub__(self, other: "Size") -> "Size":
        return Size(self.questions - other.questions, self.characters - other.characters)

    @property
    def problem(self) -> str:
        """A sentence if it is too much for one quiz."""
        if self.questions > MAX_QUESTIONS:
            return f"一个测验最多 {MAX_QUESTIONS} 题"
        if self.characters > MAX_QUIZ:
            return (
                f"一个测验的题目、选项、答案和解析合计不能超过 {MAX_QUIZ} 个字符，"
                f"现在有 {self.characters} 个，请拆成几个测验"
            )
        return ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be asked and marked.

    `right` are the places of the right options from 0 on; `spellings` those accepted for each
    blank. 判断 has the options 对 and 错.
    """

    id: int
    kind: int
    text: str
    points: int
    explanation: str = ""
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    spellings: tuple[tuple[str, ...], ...] = ()

    @property
    def asked(self) -> list[Any]:
        """What a student is shown of it; nothing of the right answer but the number of blanks."""
        return [self.id, self.kind, self.text, self.points, [*self.options], len(self.spellings)]


def size_of(row: Written) -> Size:
    """What a question adds to its quiz."""
    texts = (row.text, row.options, row.answer, row.explanation)
    return Size(1, sum(map(len, texts)))


def version_of(questions: Sequence[Question]) -> str:
    """A digest of what students are shown of the questions, in their order.

    The right answers are not part of it: it would be a way to try them out. An answer that was
    corrected is no other question, either.
    """
    shown = json.dumps([each.asked for each in questions], ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def read(row: Written, *, id: int) -> Question:
    """The meaning of a question that `problems` has found right. Raises ValueError for others."""
    kind = QuestionKind(row.kind)
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    spellings: tuple[tuple[str, ...], ...] = ()
    if kind == QuestionKind.FILL:
        spellings = tuple(tuple(_spellings(line)) for line in _lines(row.answer))
    elif kind == QuestionKind.TRUE_FALSE:
        options, right = (TRUE, FALSE), (0 if is_true(row.answer) else 1,)
    else:
        options = tuple(_lines(row.options))
        right = tuple(LETTERS.index(letter) for letter in letters(row.answer))
    return Question(id, int(kind), row.text, row.points, row.explanation, options, right, spellings)


def tidy(row: Written) -> None:
    """Write options and answer in the one way in which they are stored, as far as they are right.

    An export of the row is a file that changes nothing.
    """
    row.options = "\n".join(_without_labels(_lines(row.options)))
    if row.kind == QuestionKind.FILL:
        row.answer = "\n".join("|".join(_spellings(line)) or line for line in _lines(row.answer))
    elif row.kind == QuestionKind.TRUE_FALSE:
        word = _folded(row.answer)
        if word in TRUE_WORDS | FALSE_WORDS:
            row.answer = TRUE if word in TRUE_WORDS else FALSE
    else:
        row.answer = "".join(sorted(letters(row.answer)))


def problems(row: Written) -> Iterator[Problem]:
    """(field, sentence) of all that is wrong with a question."""
    if row.kind not in QuestionKind.values:
        yield "kind", "请选择题型"
        return
    if not row.text.strip():
        yield "text", "请填写题目"
    for name, label in (("text", "题目"), ("explanation", "解析")):
        if len(getattr(row, name)) > MAX_TEXT:
            yield name, f"{label}不能超过 {MAX_TEXT} 个字符"
    if not isinstance(row.points, int) or not 1 <= row.points <= MAX_POINTS:
        yield "points", f"分值要在 1 到 {MAX_POINTS} 之间"
    if row.kind == QuestionKind.FILL:
        yield from _fill_problems(row)
    elif row.kind == QuestionKind.TRUE_FALSE:
        yield from _true_false_problems(row)
    else:
        yield from _choice_problems(row)


def is_true(answer: str) -> bool:
    """Whether the answer of a 判断题 is 对. Raises ValueError for what is neither 对 nor 错."""
    word = _folded(answer)
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError(answer)
    return word in TRUE_WORDS


def letters(answer: str) -> str:
    """The letters of a choice without what stands between them: `a、c` is `AC`."""
    return BETWEEN.sub("", _folded(answer)).upper()


def _no_options(row: Written) -> Iterator[Problem]:
    if row.options.strip():
        yield "options", f"{QuestionKind(row.kind).label}不需要选项"


def _true_false_problems(row: Written) -> Iterator[Problem]:
    yield from _no_options(row)
    if _folded(row.answer) not in TRUE_WORDS | FALSE_WORDS:
        yield "answer", f"答案要填“{TRUE}”或“{FALSE}”"


def _choice_problems(row: Written) -> Iterator[Problem]:
    options = _lines(row.options)
    if not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
        yield "options", f"选项要有 {MIN_OPTIONS} 到 {MAX_OPTIONS} 个，一行一个"
        return
    if any(len(each) > MAX_OPTION for each in options):
        yield "options", f"一个选项不能超过 {MAX_OPTION} 个字符"
    if len(set(options)) < len(options):
        yield "options", "选项不能重复"
    chosen, known = letters(row.answer), LETTERS[: len(options)]
    if not chosen or set(chosen) - set(known):
        yield "answer", f"答案要填正确选项的字母，从 {known[0]} 到 {known[-1]}"
    elif len(set(chosen)) < len(chosen):
        yield "answer", "答案里的字母不能重复"
    elif row.kind == QuestionKind.SINGLE and len(chosen) > 1:
        yield "answer", "单选题只能有一个正确选项"


def _fill_problems(row: Written) -> Iterator[Problem]:
    yield from _no_options(row)
    blanks = [_spellings(line) for line in _lines(row.answer)]
    if not 1 <= len(blanks) <= MAX_BLANKS:
        yield "answer", f"答案一行对应一个空，要有 1 到 {MAX_BLANKS} 行"
        return
    for number, accepted in enumerate(blanks, 1):
        if not accepted:
            yield "answer", f"第 {number} 个空没有答案"
        elif len(accepted) > MAX_SPELLINGS:
            yield "answer", f"第 {number} 个空的写法不能超过 {MAX_SPELLINGS} 个"
        elif any(len(each) > MAX_SPELLING for each in accepted):
            yield "answer", f"第 {number} 个空的一个写法不能超过 {MAX_SPELLING} 个字符"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _without_labels(options: list[str]) -> list[str]:
    """Options without their letters, if each of them has its own: pages write these before them."""
    found = [LABEL.match(each) for each in options]
    named = [unicodedata.normalize("NFKC", label[1]).upper() for label in found if label]
    if len(options) < MIN_OPTIONS or named != list(LETTERS[: len(options)]):
        return options
    return [each[label.end() :] for each, label in zip(options, found, strict=True) if label]


def _spellings(line: str) -> list[str]:
    """Those with something to compare: others would be right for whoever leaves the blank empty."""
    return [part.strip() for part in ALTERNATIVES.split(line) if normalize(part)]


def _folded(text: str) -> str:
    # Without what makes an emoji of a sign.
    plain = unicodedata.normalize("NFKC", text).replace("\ufe0f", "")
    return plain.strip().casefold()
