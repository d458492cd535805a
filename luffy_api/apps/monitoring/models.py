"""What the operators of the school have to know."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Case, F, When
from django.utils import timezone

from luffy_api.apps.monitoring.job_titles import title_of
from luffy_api.common.transactions import retry_deadlocks


class JobRun(models.Model):
    """The last runs of one scheduled job, on whatever machine; times in UTC."""

    name = models.CharField("任务", max_length=100, unique=True)
    succeeded_at = models.DateTimeField("最近成功", null=True)
    failed_at = models.DateTimeField("最近失败", null=True)
    failures = models.PositiveIntegerField("连续失败", default=0)

    class Meta:
        db_table = "luffy_job_run"
        verbose_name = verbose_name_plural = "定时任务"
        ordering = ["name"]

    def __str__(self) -> str:
        return title_of(self.name)


class Heartbeat(models.Model):
    """When a process with a role of the task runner was last alive; time in UTC."""

    role = models.CharField(max_length=16, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "luffy_heartbeat"

    def __str__(self) -> str:
        return self.role


class SiteCertificate(models.Model):
    """When the TLS certificate of a host ends, as it was last read; times in UTC."""

    host = models.CharField(max_length=255, unique=True)
    expires_at = models.DateTimeField()
    read_at = models.DateTimeField()

    class Meta:
        db_table = "luffy_site_certificate"

    def __str__(self) -> str:
        return self.host


class AlertQuerySet(models.QuerySet["Alert"]):
    """Alerts by whether they are over."""

    def open(self) -> Self:
        """Those that are not over."""
        return self.filter(resolved_at=None)


class Alert(models.Model):
    """Something that needs a person, from its first sight until it is over; times in UTC.

    `key` identifies it while it is open, `source` names the condition that sees it. Texts name
    neither persons nor secrets.
    """

    key = models.CharField(max_length=100, editable=False)
    source = models.CharField(max_length=50, editable=False)
    title = models.CharField("告警", max_length=200)
    text = models.CharField("说明", max_length=1000)
    count = models.PositiveIntegerField("次数", default=1)
    opened_at = models.DateTimeField("开始", db_index=True)
    seen_at = models.DateTimeField("最近一次")
    told_at = models.DateTimeField("最近通知")
    resolved_at = models.DateTimeField("恢复", null=True, blank=True)
    # Unique where set: of two processes that see the same, one opens it.
    open_key = models.GeneratedField(
        expression=Case(When(resolved_at__isnull=True, then=F("key")), default=None),
        output_field=models.CharField(max_length=100, null=True),
        db_persist=True,
        unique=True,
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        db_table = "luffy_alert"
        verbose_name = verbose_name_plural = "告警"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class AlertNotice(models.Model):
    """What one channel has to tell about an alert; times in UTC."""

    class Moment(models.IntegerChoices):
        OPENED = 1, "告警"
        LASTING = 2, "仍未恢复"
        RESOLVED = 3, "已恢复"

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=16)
    moment = models.SmallIntegerField(choices=Moment)
    created_time = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "luffy_alert_notice"
        indexes = [
            models.Index(fields=["channel", "delivered_at", "id"], name="alert_notice_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.get_moment_display()}：{self.alert}"


class AlertTurnQuerySet(models.QuerySet["AlertTurn"]):
    """Turns, taken by one process at a time."""

    @retry_deadlocks  # of get_or_create
    def take(self, name: str, *, lease: timedelta) -> bool:
        """True for one caller when it is due; nobody else gets it before `lease` has passed."""
        now = timezone.now()
        self.get_or_create(name=name, defaults={"next_at": now})
        due = self.filter(name=name, next_at__lte=now)
        return bool(due.update(next_at=now + lease))

    def postpone(self, name: str, *, until: datetime, failures: int, problem: str = "") -> None:
        """Keep what came of a turn, and when the next one is."""
        self.filter(name=name).update(next_at=until, failures=failures, problem=problem[:200])


class AlertTurn(models.Model):
    """When something is next done for alerts, by whichever process comes first; time in UTC."""

    name = models.CharField(max_length=50, unique=True)
    next_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    objects = AlertTurnQuerySet.as_manager()

    class Meta:
        db_table = "luffy_alert_turn"

    def __str__(self) -> str:
        return self.name


class AuditOrigin(models.Model):
    """The address from which an entry of the audit log was caused, where a request did."""

    # No database constraint: the release before this one deletes entries without knowing of it.
    entry = models.OneToOneField(
        LogEntry,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="origin",
        db_constraint=False,
    )
    address = models.CharField("来源地址", max_length=45, db_index=True)

    class Meta:
        db_table = "luffy_audit_origin"
        verbose_name = verbose_name_plural = "操作的来源地址"

    def __str__(self) -> str:
        return self.address
