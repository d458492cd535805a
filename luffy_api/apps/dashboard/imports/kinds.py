"""What can be imported and exported, and which permissions that needs."""

from dataclasses import dataclass

from luffy_api.apps.dashboard.imports.resources.base import TableResource
from luffy_api.apps.dashboard.imports.resources.catalogue import CategoryResource, TeacherResource
from luffy_api.apps.dashboard.imports.resources.coupons import CouponResource
from luffy_api.apps.dashboard.imports.resources.courses import CourseResource
from luffy_api.apps.dashboard.imports.resources.discounts import DiscountResource
from luffy_api.apps.dashboard.imports.resources.enrollments import EnrollmentResource
from luffy_api.apps.dashboard.imports.resources.outline import OutlineResource
from luffy_api.apps.dashboard.imports.resources.quizzes import QuizResource
from luffy_api.apps.dashboard.imports.resources.students import StudentResource
from luffy_api.apps.user.models import User


@dataclass(frozen=True)
class Kind:
    """One choice of the form: the tables of a file, and the permissions to import it.

    A `personal` one holds data of students: its exports are for those who may see the accounts.
    """

    name: str
    label: str
    parts: tuple[type[TableResource], ...]
    permissions: tuple[str, ...]
    personal: bool = False
    superuser: bool = False

    def may_import(self, user: User) -> bool:
        """Whether the user may write every table of it."""
        if self.superuser and not user.is_superuser:
            return False
        return user.has_perm("dashboard.add_import") and user.has_perms(self.permissions)

    def may_export(self, user: User) -> bool:
        """Whether the user may see every row of it; of accounts only superusers do."""
        if self.personal:
            return user.is_active and user.is_superuser
        return self.may_import(user)

    @property
    def csv_label(self) -> str:
        """What its CSV files hold: the first table."""
        return self.parts[0].label if len(self.parts) > 1 else self.label

    @property
    def csv_note(self) -> str:
        """In words, which tables a CSV file leaves out; "" for none."""
        rest = "、".join(f"“{part.label}”" for part in self.parts[1:])
        return f"“{self.label}”的 CSV 只有{self.csv_label}，{rest}要另选" if rest else ""

    @property
    def required_headings(self) -> str:
        """Those that no file may lack, of each of its tables."""
        tables = {
            part.label: "、".join(cell.heading for cell in part().cells if cell.required)
            for part in self.parts
        }
        named = len(tables) > 1
        return "；".join(f"{label}：{each}" if named else each for label, each in tables.items())

    def part(self, name: str) -> type[TableResource]:
        """The table of this name."""
        return next(part for part in self.parts if part.part == name)


def _write(*models: str, app: str = "course") -> tuple[str, ...]:
    return tuple(f"{app}.{right}_{model}" for model in models for right in ("add", "change"))


KINDS = {
    kind.name: kind
    for kind in (
        Kind("categories", "分类", (CategoryResource,), _write("coursecategory")),
        Kind("teachers", "讲师", (TeacherResource,), _write("teacher")),
        Kind(
            "courses",
            "课程与大纲",
            (CourseResource, OutlineResource),
            _write("course", "coursechapter", "coursesection"),
        ),
        Kind("outline", "大纲", (OutlineResource,), _write("coursechapter", "coursesection")),
        Kind(
            "quizzes", "测验题目", (QuizResource,), _write("quiz", "quizquestion", app="learning")
        ),
        Kind("discounts", "优惠活动", (DiscountResource,), _write("coursediscount")),
        Kind("coupons", "优惠券", (CouponResource,), _write("coupon", app="promotion")),
        # Accounts are for superusers only, whatever permissions a group has.
        Kind(
            "students",
            "学员",
            (StudentResource,),
            ("user.add_user", "user.change_user"),
            personal=True,
            superuser=True,
        ),
        Kind(
            "enrollments",
            "学员名单",
            (EnrollmentResource,),
            ("course.add_enrollment",),
            personal=True,
        ),
    )
}
