"""测验题目: a row for each question, in the same texts as on the page of its quiz."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import (
    CHUNK,
    ID,
    Cell,
    Checked,
    TableResource,
    ids_of,
    is_id,
)
from luffy_api.apps.dashboard.imports.widgets import References
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.apps.learning import quizzes
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.apps.learning.quiz_questions import QuestionKind, Size, problems, size_of, tidy

# Quizzes that are exported at once.
QUIZZES = 50
MAX_NUMBER = 32_767


class KindWidget(widgets.ChoiceWidget):
    """单选题, also without 题."""

    def __init__(self) -> None:
        super().__init__(QuestionKind)
        short = {label.removesuffix("题"): value for value, label in self.labels.items()}
        self._values |= short


class QuizResource(TableResource):
    """题目. One is known by its id, or by its quiz and its text."""

    part, label, model = "quizzes", "测验题目", QuizQuestion
    name_field = "text"

    id = Cell(
        ID,
        "题目编号",
        widgets.NumberWidget(),
        aliases=["编号"],
        hint="留空为新增；导出的文件已填好，请勿修改",
    )
    section = Cell(
        "section",
        "测验",
        widgets.ReferenceWidget("测验"),
        required=True,
        aliases=["课时"],
        hint="种类为测验的课时的标题或编号，须已存在；有同名的测验时填写课时编号",
        sample="第一章测验",
    )
    course = Cell(
        "section__chapter__course__name",
        "课程",
        widgets.TextWidget(),
        name="course",
        hint="测验所在的课程，可以不填；填写时必须相符",
        sample="Python 入门",
    )
    orders = Cell(
        "orders", "题号", widgets.NumberWidget(), hint="数字小的在前；新增时留空则按行的顺序"
    )
    kind = Cell(
        "kind",
        "题型",
        KindWidget(),
        required=True,
        hint="单选题、多选题、判断题或填空题",
        sample="多选题",
    )
    text = Cell(
        "text",
        "题目",
        widgets.TextWidget(),
        required=True,
        hint="Markdown；填空题用 ____ 标出要填的空",
        sample="哪些类型是可变的？",
    )
    options = Cell(
        "options",
        "选项",
        widgets.TextWidget(),
        clears=True,
        hint="选择题填写，2 到 10 个，一行一个",
        sample="列表\n元组\n字典",
    )
    answer = Cell(
        "answer",
        "答案",
        widgets.TextWidget(),
        required=True,
        hint="选择题填字母，如 AC；判断题填对或错；填空题一行一个空，几种写法用 | 隔开",
        sample="AC",
    )
    points = Cell("points", "分值", widgets.NumberWidget(), hint="1 到 100，默认 1", sample="2")
    explanation = Cell(
        "explanation", "解析", widgets.TextWidget(), clears=True, hint="Markdown，可以不填"
    )

    def __init__(self, job: Import | None = None) -> None:
        super().__init__(job)
        self._by_text: dict[tuple[int, str], list[Any]] = {}
        self._sizes: dict[int, Size] = {}
        self._own_sizes: dict[int, Size] = {}
        # What rows that were checked would add to their quizzes.
        self._added: dict[int, Size] = {}
        self._quizzes: dict[int, Quiz] = {}
        self._section: Any = None

    # --- Reading --------------------------------------------------------------------------------

    def rows(self) -> models.QuerySet[Any]:
        """Questions of sections that are there."""
        living = QuizQuestion.objects.filter(quiz__section__in=_sections())
        return living.select_related("quiz__section__chapter__course")

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """The quizzes that are named, and all of their questions: four queries."""
        named = [row.get("section", "") for row in rows]
        self._refer(named)
        sections = [each.pk for each in self.fields["section"].widget.references.rows]
        if self.is_applying:
            self._quizzes = quizzes.lock(self._named_sections(rows))
        ids = ids_of(rows)
        condition = models.Q(pk__in=ids) | models.Q(quiz__in=sections)
        self._by_id, self._by_text, self._own_sizes = {}, {}, {}
        self._sizes = {} if self.is_applying else dict(self._added)
        for row in self._held(self.rows().filter(condition).order_by("orders", "id")):
            row.section = row.quiz.section
            self._by_id[row.pk] = row
            self._by_text.setdefault((row.quiz_id, row.text), []).append(row)
            own = self._own_sizes[row.pk] = size_of(row)
            self._sizes[row.quiz_id] = self._sizes.get(row.quiz_id, Size()) + own

    def resume(self, rows: models.QuerySet[ImportRow]) -> None:
        """Count what the rows would add to their quizzes."""
        checked = rows.filter(state=ImportRow.State.CHECKED).values_list("keys", "data")
        found = checked.iterator(chunk_size=CHUNK)
        while part := list(islice(found, CHUNK)):
            # As `keys` has written them: the id of a question that is there, its quiz and text.
            ids = [int(keys[0].removeprefix(f"{ID}:")) for keys, _ in part if len(keys) > 1]
            known = QuizQuestion.objects.in_bulk(ids)
            for (*named, key), data in part:
                own = known.get(int(named[0].removeprefix(f"{ID}:"))) if named else None
                before = size_of(own) if own else Size()
                added = size_of(self._as_written(own or QuizQuestion(), data)) - before
                quiz_id = int(key.partition(":")[0])
                self._added[quiz_id] = self._added.get(quiz_id, Size()) + added

    def _as_written(self, question: QuizQuestion, data: Mapping[str, str]) -> QuizQuestion:
        """With the texts of a row that was found right."""
        for name in ("kind", "text", "options", "answer", "explanation"):
            if name in data:
                setattr(question, name, self.fields[name].widget.clean(data[name]))
        tidy(question)
        return question

    def _named_sections(self, rows: Iterable[Mapping[str, str]]) -> set[int]:
        found = set()
        for row in rows:
            with suppress(ValidationError):
                found.add(self._section_of(row).pk)
        return found

    def _refer(self, texts: Iterable[str]) -> None:
        sections = _sections().select_related("chapter__course")
        self.fields["section"].widget.references = References.load(sections, texts)

    def name_of(self, row: Mapping[str, str]) -> str:
        """测验 / 题目."""
        parts = (row.get("section", ""), row.get("text", ""))
        return " / ".join(part for part in parts if part)[:191]

    def keys(self, instance: QuizQuestion) -> list[str]:
        """Its id; and no two questions of one text in a quiz."""
        own = [f"{ID}:{instance.pk}"] if instance.pk else []
        digest = hashlib.sha256(instance.text.encode()).hexdigest()
        return [*own, f"{instance.quiz_id}:{digest}"]

    # --- django-import-export's hooks -------------------------------------------------------------

    def get_instance(self, instance_loader: Any, row: Mapping[str, str]) -> QuizQuestion | None:
        """The question of that id, or of that text in the quiz. Raises ValidationError."""
        section = self._section = self._section_of(row)
        if text := row.get(ID, ""):
            question: QuizQuestion | None = self._by_id.get(int(text)) if is_id(text) else None
            if question is None:
                raise ValidationError({ID: f"没有编号为 {text} 的题目"})
            if question.quiz_id != section.pk:
                raise ValidationError({ID: f"题目 {text} 不属于这个测验"})
            return question
        found = self._by_text.get((section.pk, row.get("text", "")), [])
        if len(found) > 1:
            text = f"这个测验有 {len(found)} 道题目相同，请填写题目编号"
            raise ValidationError({"text": text})
        return found[0] if found else None

    def _section_of(self, row: Mapping[str, str]) -> CourseSection:
        try:
            if not (text := row.get("section", "")):
                raise ValueError("必填")
            section: CourseSection = self.fields["section"].widget.clean(text)
        except ValueError as error:
            raise ValidationError({"section": str(error)}) from error
        course = row.get("course", "")
        if course and course != section.chapter.course.name.strip():
            raise ValidationError({"course": f"这个测验在课程“{section.chapter.course.name}”里"})
        return section

    def init_instance(self, row: Any = None) -> QuizQuestion:
        """Of the quiz that `get_instance` has found."""
        question = QuizQuestion(quiz_id=self._section.pk)
        question.section = self._section  # type: ignore[attr-defined]
        return question

    def after_init_instance(
        self, instance: QuizQuestion, new: bool, row: Mapping[str, str], **kwargs: Any
    ) -> None:
        """A new one stands where its row does, unless the row says a number."""
        super().after_init_instance(instance, new, row, **kwargs)
        if new:
            instance.orders = max(1, min(kwargs.get("row_number", 2) - 1, MAX_NUMBER))

    def get_import_fields(self) -> list[Cell]:
        """What the row may change: the quiz is found, not set."""
        fixed = {ID, "section", "course"}
        return [cell for cell in self.cells if cell.column_name not in fixed]

    def import_instance(
        self, instance: QuizQuestion, row: Mapping[str, str], **kwargs: Any
    ) -> None:
        """Set the values, written in the one way in which they are stored."""
        super().import_instance(instance, row, **kwargs)
        tidy(instance)

    def rules(self, instance: QuizQuestion) -> Iterable[tuple[str, str]]:
        """Those of a question, and how many there may be."""
        yield from problems(instance)
        if instance.orders > MAX_NUMBER:
            yield "orders", f"题号不能超过 {MAX_NUMBER}"
        added = size_of(instance)
        if instance.pk is not None:
            added -= self._own_sizes[instance.pk]
        quiz_id = instance.quiz_id
        size = self._sizes.get(quiz_id, Size()) + added
        if size.problem:
            yield "section", size.problem
            return
        self._sizes[quiz_id] = size
        self._added[quiz_id] = self._added.get(quiz_id, Size()) + added

    # --- Writing ----------------------------------------------------------------------------------

    def logged(self, instance: QuizQuestion) -> models.Model:
        """The quiz, on whose page the question is."""
        return instance.quiz

    def write(self, rows: Sequence[Checked]) -> None:
        """The questions, and how many there are; `prepare` has locked their quizzes."""
        sections = sorted({row.instance.quiz_id for row in rows})
        for row in rows:
            row.instance.quiz = self._quizzes[row.instance.quiz_id]
            row.instance.save()
        for section_id in sections:
            quizzes.count_questions(section_id)

    # --- Export -----------------------------------------------------------------------------------

    def exported(self) -> Iterator[QuizQuestion]:
        """Quiz by quiz, in the order of their questions."""
        last, sections = 0, _sections().filter(question_count__gt=0).order_by("pk")
        while chunk := list(sections.filter(pk__gt=last)[:QUIZZES]):
            self._refer([section.name for section in chunk])
            for question in (
                self.rows()
                .filter(quiz__in=[each.pk for each in chunk])
                .order_by("quiz", "orders", "id")
            ):
                question.section = question.quiz.section
                yield question
            last = chunk[-1].pk


def _sections() -> Any:
    """Sections that are quizzes, of chapters and courses that are there."""
    return CourseSection.objects.not_deleted().filter(
        section_type=CourseSection.SectionType.QUIZ,
        chapter__is_delete=False,
        chapter__course__is_delete=False,
    )
