"""分类 and 讲师."""

from collections.abc import Sequence

from luffy_api.apps.course import bulk_writes
from luffy_api.apps.course.models import CourseCategory, Teacher
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import Cell, Checked, TableResource, id_cell


def rank_cell() -> Cell:
    """The rank of a row in lists."""
    return Cell("orders", "排序", widgets.NumberWidget(), hint="数字小的在前，默认 100")


def shown_cell() -> Cell:
    """Whether students see a row."""
    return Cell(
        "is_show", "是否展示", widgets.YesNoWidget(), aliases=["展示"], hint="是 或 否，默认是"
    )


class CatalogueResource(TableResource):
    """Rows of a table of the catalogue that stand for themselves."""

    def write(self, rows: Sequence[Checked]) -> None:
        """New rows at once, and changed ones at once."""
        bulk_writes.insert([row.instance for row in rows if row.is_new])
        changed = [row for row in rows if not row.is_new]
        bulk_writes.update([row.instance for row in changed], self.changed_attributes(changed))


class CategoryResource(CatalogueResource):
    """课程分类."""

    part, label, model = "categories", "分类", CourseCategory
    has_unique_name = True

    id = id_cell()
    name = Cell("name", "名称", widgets.TextWidget(), required=True, sample="Python")
    orders = rank_cell()
    is_show = shown_cell()


class TeacherResource(CatalogueResource):
    """讲师; portraits are uploaded on their pages."""

    part, label, model = "teachers", "讲师", Teacher

    id = id_cell()
    name = Cell("name", "姓名", widgets.TextWidget(), required=True, sample="林知夏")
    role = Cell(
        "role", "身份", widgets.ChoiceWidget(Teacher.Role), hint="讲师、导师或班主任，默认讲师"
    )
    title = Cell(
        "title",
        "职位、职称",
        widgets.TextWidget(),
        required=True,
        aliases=["职位", "职称"],
        sample="高级工程师",
    )
    signature = Cell("signature", "导师签名", widgets.TextWidget(), clears=True)
    brief = Cell("brief", "简介", widgets.TextWidget(), clears=True)
    orders = rank_cell()
    is_show = shown_cell()
