"""大纲: a row for each section of a course, or for a chapter without any."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from luffy_api.apps.course import bulk_writes, on_sale, services
from luffy_api.apps.course.models import (
    CatalogueEvent,
    Course,
    CourseChapter,
    CourseSection,
)
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import (
    ID,
    Cell,
    Change,
    Checked,
    ids_of,
    is_id,
)
from luffy_api.apps.dashboard.imports.resources.courses import CourseResource
from luffy_api.apps.dashboard.imports.resources.texts import TextsResource, format_cell
from luffy_api.apps.dashboard.imports.widgets import References
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.libs.rich_text.formats import TextFormat

# Courses whose outlines are exported at once.
OUTLINES = 50
# Rows before the next one that it may depend on, as a section on its chapter.
RESUMED_ROWS = 2000


@dataclass
class OutlineRow:
    """One row of an outline: a section with its chapter; of an empty chapter, no section."""

    course: Course
    chapter: CourseChapter
    section: CourseSection | None

    @property
    def pk(self) -> int | None:
        """Of what the row is about."""
        return (self.section or self.chapter).pk


class OutlineResource(TextsResource):
    """大纲. A section is known by its id, or by course, number of the chapter, and name."""

    part, label, model = "outline", "大纲", CourseSection
    chapter_columns = ("chapter_name", "chapter_summary")
    text_columns = ("content", "answer")

    id = Cell(
        "section__id",
        "课时编号",
        widgets.NumberWidget(),
        name=ID,
        aliases=["编号"],
        hint="留空为新增；导出的文件已填好，请勿修改",
    )
    course = Cell(
        "course",
        "课程",
        widgets.ReferenceWidget("课程"),
        required=True,
        aliases=["课程名称"],
        hint="课程的名称或编号，须已存在，或在同一个文件里",
        sample="Python 入门",
    )
    chapter = Cell(
        "chapter__chapter",
        "第几章",
        widgets.NumberWidget(),
        name="chapter",
        required=True,
        sample="1",
    )
    chapter_name = Cell(
        "chapter__name",
        "章节标题",
        widgets.TextWidget(),
        name="chapter_name",
        hint="新的一章在它的第一行填写",
        sample="基础",
    )
    chapter_summary = Cell(
        "chapter__summary", "章节介绍", widgets.TextWidget(), name="chapter_summary"
    )
    name = Cell(
        "section__name",
        "课时标题",
        widgets.TextWidget(),
        name="name",
        aliases=["课时"],
        hint="没有课时的一章留空",
        sample="变量",
    )
    section_type = Cell(
        "section__section_type",
        "课时种类",
        widgets.ChoiceWidget(CourseSection.SectionType),
        name="section_type",
        hint="文档、练习、视频或测验，默认视频",
    )
    free_trail = Cell(
        "section__free_trail",
        "可试看",
        widgets.YesNoWidget(),
        name="free_trail",
        aliases=["试看"],
        hint="是 或 否，默认否",
    )
    orders = Cell(
        "section__orders", "排序", widgets.NumberWidget(), name="orders", hint="数字小的在前"
    )
    is_show = Cell(
        "section__is_show", "是否展示", widgets.YesNoWidget(), name="is_show", aliases=["展示"]
    )
    content_format = format_cell("section__content_format", default=TextFormat.MARKDOWN)
    content = Cell(
        "section__content",
        "文字内容",
        widgets.TextWidget(),
        name="content",
        clears=True,
        hint="文档与练习的文字",
    )
    answer = Cell("section__answer", "参考答案", widgets.TextWidget(), name="answer", clears=True)

    def __init__(self, job: Import | None = None) -> None:
        super().__init__(job)
        self._courses = References([])
        self._chapters: dict[tuple[Any, int], list[CourseChapter]] = {}
        self._sections: dict[tuple[int, str], list[CourseSection]] = {}
        # Names of chapters that earlier rows of the file give, by course and number.
        self._named: dict[tuple[Any, int], str] = {}
        self._resumed: list[Mapping[str, str]] = []
        self._row: OutlineRow | None = None

    # --- Reading --------------------------------------------------------------------------------

    def rows(self) -> models.QuerySet[Any]:
        """Sections that are not deleted, nor their chapters and courses."""
        living = super().rows().filter(chapter__is_delete=False, chapter__course__is_delete=False)
        return living.select_related("chapter__course")

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Courses, those of the same file too, their chapters and sections: five queries."""
        ids = ids_of(rows)
        self._by_id = {row.pk: row for row in self._held(self.rows().filter(pk__in=ids))}
        texts = {row.get("course", "") for row in (*rows, *self._resumed)}
        known = Course.objects.not_deleted()
        names = [section.chapter.course.name for section in self._by_id.values()]
        courses = References.load(known, [*texts, *names])
        new = [Course(name=name) for name in self._new_courses(courses, texts)]
        self._courses = References(courses.rows, new)
        self.fields["course"].widget.references = self._courses
        self._load_outline([course.pk for course in courses.rows])
        self._name_resumed()

    def _new_courses(self, courses: References, texts: Iterable[str]) -> set[str]:
        """Names of courses that earlier rows of the file add."""
        missing = [text for text in texts if not courses.named(text)]
        if self.job is None or self.job.state != Import.State.CHECKING or not missing:
            return set()
        rows = self.job.rows.filter(part=CourseResource.part, name__in=missing)
        new = rows.filter(action=ImportRow.Action.ADD) | rows.filter(state=ImportRow.State.INVALID)
        return set(missing) & set(new.values_list("name", flat=True))

    def _load_outline(self, course_ids: Sequence[int]) -> None:
        self._chapters, self._sections = {}, {}
        chapters = CourseChapter.objects.not_deleted().filter(course__in=course_ids)
        by_id = {}
        for chapter in chapters:
            by_id[chapter.pk] = chapter
            self._chapters.setdefault((chapter.course_id, chapter.chapter), []).append(chapter)
        sections = CourseSection.objects.not_deleted().filter(chapter__in=by_id)
        for section in sections:
            section.chapter = by_id[section.chapter_id]
            self._by_id[section.pk] = section
            self._sections.setdefault((section.chapter_id, section.name), []).append(section)

    def resume(self, rows: models.QuerySet[ImportRow]) -> None:
        """Remember the chapters of earlier rows, whose courses the next batch looks up."""
        last = list(rows.values_list("data", flat=True)[:RESUMED_ROWS])
        self._resumed = [row for row in reversed(last) if row.get("chapter_name")]

    def _name_resumed(self) -> None:
        for row in self._resumed:
            with suppress(ValidationError):
                course, number = self._place(row)
                self._named.setdefault((course.pk or course.name, number), row["chapter_name"])
        self._resumed = []

    def name_of(self, row: Mapping[str, str]) -> str:
        """课程 / 第 1 章 / 课时."""
        parts = (row.get("course", ""), f"第 {row.get('chapter', '')} 章", row.get("name", ""))
        return " / ".join(part for part in parts if part)[:191]

    def keys(self, instance: OutlineRow) -> list[str]:
        """The section's id; and no two sections of one name in a chapter."""
        own = [f"{ID}:{instance.section.pk}"] if instance.section and instance.section.pk else []
        course = instance.course.pk or instance.course.name
        name = instance.section.name if instance.section else ""
        return [*own, f"{course}:{instance.chapter.chapter}:{name}"]

    def text_owner(self, instance: OutlineRow) -> CourseSection | None:
        """The section, if the row has one."""
        return instance.section

    # --- django-import-export's hooks -------------------------------------------------------------

    def get_instance(self, instance_loader: Any, row: Mapping[str, str]) -> OutlineRow | None:
        """The section, or the chapter of a row without one; None for a new one."""
        course, number = self._place(row)
        chapter = self._chapter(course, number, row)
        self._row = OutlineRow(course, chapter, self._section(chapter, row))
        return self._row if self._row.pk else None

    def init_instance(self, row: Any = None) -> OutlineRow:
        """What `get_instance` has made."""
        assert self._row is not None
        return self._row

    def _place(self, row: Mapping[str, str]) -> tuple[Course, int]:
        """Course and number of the chapter. Raises ValidationError."""
        found: dict[str, Any] = {}
        errors = {}
        for column in ("course", "chapter"):
            text = row.get(column, "")
            try:
                if not text:
                    raise ValueError("必填")
                found[column] = self.fields[column].widget.clean(text)
            except ValueError as error:
                errors[column] = str(error)
        if not errors and not 0 < found["chapter"] <= 32_767:
            errors["chapter"] = "第几章要在 1 到 32767 之间"
        if errors:
            raise ValidationError(errors)
        return found["course"], found["chapter"]

    def _chapter(self, course: Course, number: int, row: Mapping[str, str]) -> CourseChapter:
        """The chapter of this number; one new one for all its rows. Raises ValidationError."""
        place = (course.pk or course.name, number)
        found = self._chapters.setdefault(place, [])
        if len(found) > 1:
            raise ValidationError({"chapter": f"该课程有 {len(found)} 个第 {number} 章，请先合并"})
        name = row.get("chapter_name", "")
        if name and self._named.setdefault(place, name) != name:
            raise ValidationError({"chapter_name": "与前面的行对这一章填写的标题不同"})
        if not found:
            if not name and place not in self._named:
                raise ValidationError({"chapter_name": "新的一章要填写章节标题"})
            found.append(CourseChapter(course=course, chapter=number, name=""))
        if not name and not found[0].name:
            found[0].name = self._named.get(place, "")
        return found[0]

    def _section(self, chapter: CourseChapter, row: Mapping[str, str]) -> CourseSection | None:
        if text := row.get(ID, ""):
            section: CourseSection | None = self._by_id.get(int(text)) if is_id(text) else None
            if section is None:
                raise ValidationError({ID: f"没有编号为 {text} 的课时"})
            if section.chapter_id != chapter.pk:
                raise ValidationError({ID: f"课时 {text} 不在这一章"})
            return section
        if not (name := row.get("name", "")):
            return None
        found = self._sections.get((chapter.pk, name), []) if chapter.pk else []
        if len(found) > 1:
            raise ValidationError({"name": f"这一章有 {len(found)} 个课时叫“{name}”，请填写编号"})
        return found[0] if found else CourseSection(chapter=chapter, name="")

    def get_import_fields(self) -> list[Cell]:
        """What the row may change: place and section are found, not set."""
        fixed = {ID, "course", "chapter"}
        cells = [cell for cell in self.cells if cell.column_name not in fixed]
        if self._row is not None and self._row.section is None:
            return [cell for cell in cells if cell.column_name in self.chapter_columns]
        return cells

    def after_init_instance(
        self, instance: OutlineRow, new: bool, row: Mapping[str, str], **kwargs: Any
    ) -> None:
        """The chapter of a new section may be there."""
        super().after_init_instance(instance, new, row, **kwargs)
        for place, cell in enumerate(self.cells):
            if cell.column_name in self.chapter_columns:
                self._before[place] = cell.export(instance)

    def validate_instance(
        self,
        instance: OutlineRow,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        """The fields' own rules, by the names of the columns."""
        errors = dict(import_validation_errors or {})
        others = {"course", "created_time", "updated_time"}
        owners = [(instance.chapter, {"name": "chapter_name", "summary": "chapter_summary"})]
        if instance.section:
            others |= {"chapter"}
            owners.append((instance.section, {}))  # type: ignore[arg-type]
        for owner, names in owners:
            try:
                owner.clean_fields(exclude=others)
            except ValidationError as error:
                for name, texts in error.error_dict.items():
                    errors.setdefault(names.get(name, name), texts)
        if errors:
            raise ValidationError(errors)

    def is_as_shown(self, shown: Sequence[Change], now: Sequence[Change]) -> bool:
        """But for the chapter: of several rows that name it the first changes it."""
        headings = {self.fields[name].heading for name in self.chapter_columns}
        return [each for each in shown if each[0] not in headings] == [
            each for each in now if each[0] not in headings
        ]

    # --- Writing ----------------------------------------------------------------------------------

    def logged(self, instance: OutlineRow) -> models.Model:
        """The section, or the chapter without one."""
        return instance.section or instance.chapter

    def write(self, rows: Sequence[Checked]) -> None:
        """Chapters, sections, then the numbers of sections of their courses."""
        outline: list[OutlineRow] = [row.instance for row in rows]
        chapters = {id(each.chapter): each.chapter for each in outline}.values()
        sections = [each.section for each in outline if each.section]
        courses = {each.course.pk for each in outline}
        subjects = {(CatalogueEvent.Subject.COURSE, pk) for pk in courses}
        headings = {self.fields[name].heading for name in self.chapter_columns}
        for row in rows:
            if row.instance.chapter.pk and any(each[0] in headings for each in row.changes):
                row.instance.chapter.save()
        bulk_writes.insert([each for each in chapters if each.pk is None], subjects)
        for section in sections:
            section.chapter = section.chapter  # its id, now that it has one
        bulk_writes.insert([each for each in sections if each.pk is None], subjects)
        changed = [row for row in rows if not row.is_new and row.instance.section]
        names = [each.partition("section__")[2] for each in self.changed_attributes(changed)]
        bulk_writes.update(
            [row.instance.section for row in changed], set(filter(None, names)), subjects
        )
        for course_id in sorted(courses):
            services.recount_sections(course_id)

    def warnings(self) -> list[str]:
        """Courses on sale of which the file has hidden the last thing to learn."""
        assert self.job is not None
        rows = self.job.rows.filter(part=self.part, state=ImportRow.State.APPLIED)
        texts = set(rows.order_by().values_list("data__course", flat=True).distinct())
        courses = References.load(Course.objects.not_deleted(), texts)
        return on_sale.empty_on_sale([course.pk for course in courses.rows])

    # --- Export -----------------------------------------------------------------------------------

    def exported(self) -> Iterator[OutlineRow]:
        """Course by course, in the order of the outline."""
        courses = Course.objects.not_deleted().order_by("pk")
        last = 0
        while chunk := list(courses.filter(pk__gt=last)[:OUTLINES]):
            names = [course.name for course in chunk]
            self.fields["course"].widget.references = References.load(courses, names)
            yield from self._outlines(chunk)
            last = chunk[-1].pk

    def _outlines(self, courses: Sequence[Course]) -> Iterator[OutlineRow]:
        by_id = {course.pk: course for course in courses}
        sections: dict[int, list[CourseSection | None]] = {}
        for section in self.rows().filter(chapter__course__in=by_id).order_by("orders", "id"):
            sections.setdefault(section.chapter_id, []).append(section)
        chapters = CourseChapter.objects.not_deleted().filter(course__in=by_id)
        for chapter in chapters.order_by("course_id", "chapter", "id"):
            for each in sections.get(chapter.pk) or [None]:
                yield OutlineRow(by_id[chapter.course_id], chapter, each)
