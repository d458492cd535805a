"""课程, without their outlines."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from django.db import models

from luffy_api.apps.course import on_sale
from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    Teacher,
)
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import (
    Cell,
    id_cell,
)
from luffy_api.apps.dashboard.imports.resources.catalogue import (
    CatalogueResource,
    rank_cell,
    shown_cell,
)
from luffy_api.apps.dashboard.imports.resources.texts import TextsResource, format_cell
from luffy_api.apps.dashboard.imports.widgets import References
from luffy_api.libs.rich_text.formats import TextFormat


def category_cell() -> Cell:
    """The category of a course, by name or id."""
    return Cell(
        "course_category",
        "分类",
        widgets.ReferenceWidget("分类"),
        aliases=["category"],
        required=True,
        hint="分类的名称或编号，须已存在",
        sample="Python",
    )


class CourseResource(TextsResource, CatalogueResource):
    """课程; covers, attachments and videos are uploaded on their pages."""

    part, label, model = "courses", "课程", Course
    text_columns = ("detail",)
    _stored: Course | None = None

    id = id_cell()
    name = Cell(
        "name",
        "课程名称",
        widgets.TextWidget(),
        required=True,
        aliases=["名称"],
        sample="Python 入门",
    )
    kind = Cell(
        "kind",
        "课程种类",
        widgets.ChoiceWidget(Course.Kind),
        hint="免费课、实战课或轻课，默认实战课",
        sample="实战课",
    )
    course_type = Cell(
        "course_type",
        "付费类型",
        widgets.ChoiceWidget(Course.CourseType),
        hint="付费、VIP专享或学位课程，默认付费",
    )
    course_category = category_cell()
    teacher = Cell(
        "teacher",
        "讲师",
        widgets.ReferenceWidget("讲师"),
        required=True,
        hint="讲师的姓名或编号，须已存在",
        sample="林知夏",
    )
    level = Cell(
        "level", "难度", widgets.ChoiceWidget(Course.Level), hint="初级、中级或高级，默认初级"
    )
    status = Cell(
        "status",
        "状态",
        widgets.ChoiceWidget(Course.Status),
        hint="上线、下线或预上线，新课程默认下线",
        sample="下线",
    )
    price = Cell(
        "price",
        "价格（元）",
        widgets.MoneyWidget(),
        aliases=["价格"],
        hint="例如 99 或 99.00",
        sample="99",
    )
    vip_price = Cell(
        "vip_price",
        "会员价（元）",
        widgets.NullMoneyWidget(),
        aliases=["会员价"],
        clears=True,
        hint="会员购买的价格，须低于价格；留空则会员与其他学员同价",
    )
    study_months = Cell(
        "study_months",
        "学习期限（月）",
        widgets.NullNumberWidget(),
        aliases=["学习期限"],
        clears=True,
        hint="1 到 120；留空为永久有效",
    )
    period = Cell(
        "period", "建议学习周期（天）", widgets.NumberWidget(), aliases=["建议学习周期", "周期"]
    )
    pub_date = Cell(
        "pub_date", "发布日期", widgets.DayWidget(), clears=True, hint="例如 2026-01-05 或 2026/1/5"
    )
    gives_certificate = Cell(
        "gives_certificate",
        "颁发结课证书",
        widgets.YesNoWidget(),
        aliases=["结课证书"],
        hint="是 或 否，默认是",
    )
    brief = Cell("brief", "课程简介", widgets.TextWidget(), clears=True, aliases=["简介"])
    content_format = format_cell(default=TextFormat.HTML)
    detail = Cell("detail", "详情介绍", widgets.TextWidget(), clears=True)
    orders = rank_cell()
    is_show = shown_cell()

    def rows(self) -> models.QuerySet[Any]:
        """With what the cells show of other tables."""
        return super().rows().select_related("course_category", "teacher")

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Categories and teachers too, two queries."""
        super().prepare(rows)
        courses = [*self._by_id.values()]
        self._refer("course_category", CourseCategory, rows, courses)
        self._refer("teacher", Teacher, rows, courses)

    def prepare_export(self, rows: Sequence[Any]) -> None:
        """Namesakes of teachers: their names are not enough."""
        self._refer("course_category", CourseCategory, [], rows)
        self._refer("teacher", Teacher, [], rows)

    def _refer(
        self,
        column: str,
        model: type[CourseCategory | Teacher],
        rows: Sequence[Mapping[str, str]],
        courses: Sequence[Course],
    ) -> None:
        texts = [row.get(column, "") for row in rows]
        names = [getattr(course, column).name for course in courses]
        living = model.objects.not_deleted()
        self.fields[column].widget.references = References.load(living, [*texts, *names])

    def after_init_instance(
        self, instance: Course, new: bool, row: Mapping[str, str], **kwargs: Any
    ) -> None:
        """Keep the row as it is stored, too."""
        super().after_init_instance(instance, new, row, **kwargs)
        self._stored = None if new else copy(instance)

    def rules(self, instance: Course) -> Iterable[tuple[str, str]]:
        """As the constraints of the table have them; and what a course on sale needs.

        Two queries for a course on sale that changes.
        """
        if instance.kind == Course.Kind.FREE and instance.price:
            yield "price", "免费课的价格必须为 0"
        if fault := instance.vip_price_fault:
            yield "vip_price", fault
        for sentence in on_sale.new_obstacles(instance, before=self._stored):
            yield "price" if sentence == on_sale.NOT_CONFIRMED else "status", sentence
