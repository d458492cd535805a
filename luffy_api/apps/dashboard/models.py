"""Imports, row by row, with what each row would do or has done; the prepared sums of days.

Beside them tables of others as the back office shows them: students, and the audit log.
"""

from typing import Any, Self

from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Q

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.learning.models import Quiz
from luffy_api.apps.user.models import User
from luffy_api.common import audit_admin
from luffy_api.common.models import TimestampedModel


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports by what is to be done with them."""

    def waiting_for_work(self) -> Self:
        """Imports whose rows are being checked or applied."""
        return self.filter(state__in=Import.WORKING)


class Import(TimestampedModel):
    """One uploaded file. Its rows are checked, shown, and applied when somebody says so."""

    class State(models.IntegerChoices):
        READING = 0, "读取中"
        CHECKING = 1, "预检中"
        INVALID = 2, "有错误，未导入"
        READY = 3, "预检通过，待导入"
        APPLYING = 4, "导入中"
        DONE = 5, "已完成"
        CANCELLED = 6, "已取消"
        FAILED = 7, "已中断"

    # Whose rows the task runner goes through.
    WORKING = (State.CHECKING, State.APPLYING)

    kind = models.CharField("内容", max_length=20)
    file_name = models.CharField("文件名", max_length=255)
    state = models.SmallIntegerField("状态", choices=State, default=State.READING)
    problem = models.CharField("说明", max_length=255, blank=True)
    created_by = models.ForeignKey(
        User, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    applied_by = models.ForeignKey(
        User, verbose_name="导入人", on_delete=models.PROTECT, related_name="+", null=True
    )
    finished_at = models.DateTimeField("完成时间", null=True)
    # Headings of the file: {part: {field: [column, heading]}}.
    headings = models.JSONField(default=dict)
    # Numbers of rows by result, once it is over; the rows themselves are deleted some days later.
    summary = models.JSONField(default=dict)
    # Who goes through the rows at this time, until when (UTC). A killed process leaves it behind.
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        db_table = "luffy_import"
        verbose_name = verbose_name_plural = "导入与导出"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="import_state")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_name}"


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """Rows by what is to be done with them."""

    def to_apply(self) -> Self:
        """Checked rows that change something and have not been applied."""
        return self.filter(state=ImportRow.State.CHECKED).filter(
            Q(action=ImportRow.Action.ADD) | Q(action=ImportRow.Action.CHANGE)
        )


class ImportRow(models.Model):
    """One row of the file as it was read, and what it would do or has done.

    `data` holds texts by field, `errors` sentences by field ("" for the row as a whole), `changes`
    [heading, before, after] of each field that changes. `keys` are what no two rows may share.
    """

    class State(models.IntegerChoices):
        STAGED = 0, "待预检"
        CHECKED = 1, "已预检"
        INVALID = 2, "有错误"
        APPLIED = 3, "已写入"
        FAILED = 4, "未写入"

    class Action(models.IntegerChoices):
        NONE = 0, "不变"
        ADD = 1, "新增"
        CHANGE = 2, "修改"

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    # Rows are gone through in this order; `number` is the row's in its sheet.
    position = models.PositiveIntegerField()
    part = models.CharField(max_length=20)
    number = models.PositiveIntegerField("行")
    # What the row is about, for people, and for later rows that refer to it.
    name = models.CharField(max_length=191, blank=True)
    state = models.SmallIntegerField("状态", choices=State, default=State.STAGED)
    action = models.SmallIntegerField("操作", choices=Action, default=Action.NONE)
    data = models.JSONField(default=dict)
    errors = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    keys = models.JSONField(default=list)
    object_id = models.BigIntegerField(null=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        db_table = "luffy_import_row"
        verbose_name = verbose_name_plural = "导入的行"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="import_row_once"),
        ]
        indexes = [
            models.Index(fields=["job", "state", "position"], name="import_row_state"),
            models.Index(fields=["job", "part", "name"], name="import_row_name"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.number}"

    @property
    def texts(self) -> dict[str, Any]:
        """The row's texts by field."""
        return dict(self.data)


class Student(User):
    """学员: an account with all that the shop knows of its student, a page of its own."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "学员"
        ordering = ["-id"]
        default_permissions = ("view",)


class AuditEntry(LogEntry):
    """操作日志: what somebody did in the back office. Nobody changes or deletes it there."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_action_flag_display()} {self.object_repr}"

    @property
    def values(self) -> list[tuple[str, list[str]]]:
        """What was changed, by the row of the page: `[label, before, after]`."""
        return list(audit_admin.changes_of(self.change_message))


class TaughtCourse(Course):
    """授课课程: a course as its teacher sees it in the back office, and no other teacher does."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "授课课程"
        ordering = ["orders", "id"]
        # `change` is the outline; a school may tick it for the role 讲师.
        default_permissions = ("view", "change")


class TaughtStudent(Enrollment):
    """授课学员: who has a course of a teacher, without money and without ways to reach them."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "授课学员"
        ordering = ["-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.user}：{self.course}"


class TaughtQuiz(Quiz):
    """授课测验: a quiz as the teacher of its course writes it."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "授课测验"
        ordering = ["-section_id"]
        # Those of the courses that the teacher sees and changes.
        default_permissions = ()


class DailyFigures(models.Model):
    """What happened on a day in Shanghai that is over: sums of facts, equal to them at any time.

    Amounts in yuan. `figures/facts.py` says what each column is the sum of.
    """

    day = models.DateField("日期", unique=True)
    placed = models.PositiveIntegerField("下单", default=0)
    converted = models.PositiveIntegerField("其中已付款", default=0)
    paid = models.PositiveIntegerField("付款订单", default=0)
    income = models.DecimalField("收款（元）", max_digits=14, decimal_places=2, default=0)
    refunds = models.PositiveIntegerField("退款笔数", default=0)
    refunded = models.DecimalField("退款（元）", max_digits=14, decimal_places=2, default=0)
    # With those of colleagues, whom `figures/reading.py` leaves out: a role may change any day.
    new_students = models.PositiveIntegerField("新账号（含同事）", default=0)
    active_students = models.PositiveIntegerField("学习学员", default=0)
    watched_seconds = models.PositiveBigIntegerField("观看（秒）", default=0)
    # Facts that came before this moment (UTC) are in it.
    computed_at = models.DateTimeField("汇总时间")

    class Meta:
        db_table = "luffy_daily_figures"
        verbose_name = verbose_name_plural = "经营数据"
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)


class DailyCourseFigures(models.Model):
    """The same of one course, for days on which something happened to it."""

    day = models.DateField("日期")
    # No key of the database: inserts would share a lock on the course's row.
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="daily_figures", db_constraint=False
    )
    sold = models.PositiveIntegerField("售出", default=0)
    income = models.DecimalField("收款（元）", max_digits=14, decimal_places=2, default=0)
    refunded = models.DecimalField("退款（元）", max_digits=14, decimal_places=2, default=0)
    learners = models.PositiveIntegerField("学习学员", default=0)
    watched_seconds = models.PositiveBigIntegerField("观看（秒）", default=0)

    class Meta:
        db_table = "luffy_daily_course_figures"
        constraints = [
            models.UniqueConstraint(fields=["day", "course"], name="daily_course_figures_once")
        ]
        indexes = [models.Index(fields=["course", "day"], name="daily_figures_of_course")]

    def __str__(self) -> str:
        return f"{self.day} {self.course_id}"


class FiguresRefresh(models.Model):
    """Until when (UTC) all changes of facts are in the prepared sums. One row."""

    refreshed_at = models.DateTimeField(db_column="swept_at")

    class Meta:
        db_table = "luffy_figures_sweep"

    def __str__(self) -> str:
        return str(self.refreshed_at)
