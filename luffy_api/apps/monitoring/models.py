"""What the operators of the school have to know."""

from django.db import models


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
        return self.name
