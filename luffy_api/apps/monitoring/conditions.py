"""What goes wrong with the machine and its processes; the apps add what goes wrong in theirs."""

import shutil
import time
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from luffy_api.apps.monitoring import alerts, heartbeats, queues, readiness, site_certificate
from luffy_api.apps.monitoring.alerts import Problem
from luffy_api.apps.monitoring.job_titles import title_of
from luffy_api.apps.monitoring.models import JobRun
from luffy_api.apps.monitoring.readiness import MIN_FREE_BYTES, MIN_FREE_PART
from luffy_api.common.task_runner import Role

# Five jobs run every minute, and each process says every ten seconds that it lives.
RUNNER_SILENT = timedelta(minutes=5)
# By the role that no living process has.
SILENT = {
    Role.WORKER: (
        "任务进程没有运行",
        "丢失的付款通知不会补查，订单不会关闭，退款没有结果。请检查 manage.py run_tasks worker。",
    ),
    Role.MEDIA: (
        "视频转码进程没有运行",
        "新上传的视频不会转码。请检查 manage.py run_tasks media。",
    ),
    Role.SCHEDULER: (
        "定时调度进程没有运行",
        "定时任务不会开始。请检查 manage.py run_tasks scheduler。",
    ),
}
# For one look at what the shop depends on; what is away is looked at again after the pause.
LOOK_SECONDS = 5.0
LOOK_PAUSE_SECONDS = 3.0
# A shop that starts finds work that waited, and its runner begins at the next minute.
STARTED = time.monotonic()
# A job that failed once is repeated at its next time.
FAILURES = 3


def register() -> None:
    """Look at them in every round."""
    for check in (silent_runner, failing_jobs, backlogs, full_disk, away):
        alerts.register(alerts.Condition(check.__name__, check))
    alerts.register(
        alerts.Condition(
            "site_certificate", site_certificate.find_problems, every=timedelta(hours=1)
        )
    )


def silent_runner() -> Iterator[Problem]:
    """No scheduled job has ended for minutes, or there is no living process with a role.

    When all are gone that is one problem.
    """
    if _has_just_started():
        return
    silent = heartbeats.find_silent(RUNNER_SILENT)
    stopped = list(_stopped_jobs())
    if stopped and len(silent) in {0, len(Role)}:
        yield from stopped
        return
    for role, at in silent.items():
        title, effect = SILENT[role]
        since = f"{timezone.localtime(at):%m-%d %H:%M} 以来" if at else "启动以来"
        yield Problem(f"runner:{role}", title, f"{since}没有心跳：{effect}")


def _stopped_jobs() -> Iterator[Problem]:
    ended = Greatest(Coalesce("succeeded_at", "failed_at"), Coalesce("failed_at", "succeeded_at"))
    last = JobRun.objects.aggregate(last=Max(ended))["last"]
    if last is None or timezone.now() - last > RUNNER_SILENT:
        since = f"{timezone.localtime(last):%m-%d %H:%M} 以来" if last else "启动以来"
        yield Problem(
            "runner",
            "后台任务没有运行",
            f"{since}没有任何定时任务完成：订单不会关闭，丢失的付款通知不会补查，"
            "视频不会转码。请检查任务进程（manage.py run_tasks）。",
        )


def failing_jobs() -> Iterator[Problem]:
    """One for each job."""
    for run in JobRun.objects.filter(failures__gte=FAILURES):
        yield Problem(
            f"job:{run.name}",
            f"定时任务“{title_of(run.name)}”连续失败",
            f"{run.name} 已连续失败 {run.failures} 次，原因见日志。",
        )


def backlogs() -> Iterator[Problem]:
    """One for each queue whose oldest row waits longer than is normal for it."""
    for queue in [] if _has_just_started() else queues.registered():
        found = queues.backlog(queue)
        if found.age > queue.limit.total_seconds():
            many = "至少 " if found.rows >= queues.MAX_COUNTED else ""
            yield Problem(
                f"queue:{queue.name}",
                f"{queue.title}积压",
                f"{many}{found.rows} 条到期未处理，最早的已等待 {int(found.age // 60)} 分钟。",
            )


def full_disk() -> Iterator[Problem]:
    """The file system of VAR_DIR."""
    usage = shutil.disk_usage(settings.VAR_DIR)
    if usage.free < min(MIN_FREE_PART * usage.total, MIN_FREE_BYTES):
        free = usage.free // 1024**2
        yield Problem("disk", "磁盘空间不足", f"VAR_DIR 所在磁盘只剩 {free} MB，请清理或扩容。")


def away() -> Iterator[Problem]:
    """What the shop does without for a while: files, Redis, the search engine."""
    if not readiness.find_away(within=LOOK_SECONDS):
        return
    time.sleep(LOOK_PAUSE_SECONDS)
    for name, (words, fault) in readiness.find_away(within=LOOK_SECONDS).items():
        yield Problem(f"away:{name}", words.title, f"{words.effect}（{fault}）")


def _has_just_started() -> bool:
    return time.monotonic() - STARTED < RUNNER_SILENT.total_seconds()
