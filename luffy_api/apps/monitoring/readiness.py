"""What /readyz looks at: the database, and what the shop sells without for a while.

The whole answer takes two seconds at most, whatever hangs. The database is asked at every request;
the rest at most once a second in each process, however many ask.
"""

import logging
import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import Error, connection
from django.utils import timezone

from luffy_api.apps.monitoring import heartbeats, queues
from luffy_api.apps.monitoring.lookouts import MAX_AGE, Look, Lookout
from luffy_api.apps.monitoring.models import JobRun
from luffy_api.common import replica
from luffy_api.common.database_limits import at_most
from luffy_api.common.redis_circuit import circuit
from luffy_api.common.task_runner import Role

logger = logging.getLogger(__name__)

DATABASE = "database"
# Seconds for the database, and for everything else since it was first asked.
DATABASE_SECONDS = 1.3
OTHER_SECONDS = 1.5
# Some jobs run every minute, so one of them has ended within this time while a runner lives.
MAX_SILENCE = timedelta(minutes=3)
# A process that runs tasks says every ten seconds that it lives.
MAX_HEARTBEAT_AGE = timedelta(minutes=1)
ROWS = ("runner", *Role, "backlog")
# Below this part of the disk, or this many bytes of it, an upload may be the last one.
MIN_FREE_PART, MIN_FREE_BYTES = 0.05, 2 * 1024**3


def find_cache_fault() -> str:
    """Without Redis every request is served, with counters of each process alone."""
    cache.set("readyz", 1, 5)
    if cache.get("readyz") != 1:
        return "the cache forgets"
    return "Redis is away" if circuit.state().is_open else ""


def find_storage_fault() -> str:
    """Both storages; on this machine a file is written, elsewhere one is asked for."""
    for name in ("default", "private"):
        storage: Any = storages[name]
        try:
            storage.check()
        except Exception as error:
            return f"{name}: {type(error).__name__}"
    return ""


def find_replica_fault() -> str:
    """Of the replica, where there is one: without it the primary is read."""
    replica.watch.is_usable()
    lag = replica.watch.lag
    if lag <= settings.DATABASE_REPLICA_MAX_LAG:
        return ""
    return "it is away, or nobody can tell" if lag == inf else f"{lag:.0f} seconds behind"


def find_disk_fault() -> str:
    """Of the file system of VAR_DIR."""
    usage = shutil.disk_usage(settings.VAR_DIR)
    if usage.free >= min(MIN_FREE_BYTES, usage.total * MIN_FREE_PART):
        return ""
    return f"{usage.free // 1024**2} MB are free"


@dataclass(frozen=True)
class Words:
    """What an alert says while a dependency is away."""

    title: str
    effect: str


_lookouts = {
    "cache": Lookout(find_cache_fault),
    "storage": Lookout(find_storage_fault),
    "disk": Lookout(find_disk_fault),
}
# Of the disk there is an alert with numbers.
_words = {
    "cache": Words(
        "Redis 无法访问",
        "商城继续运行，但各进程的限流和缓存各自计算，后台任务由任务进程自行调度。请检查 Redis。",
    ),
    "storage": Words(
        "文件存储无法访问",
        "视频、资料和图片可能打不开，上传会失败。请检查存储服务或 VAR_DIR 下的文件夹。",
    ),
}


def register(name: str, look: Look, words: Words) -> None:
    """Look at something else too, and alert of it; `look` needs no database."""
    _lookouts[name] = Lookout(look)
    _words[name] = words


def watch_replica() -> None:
    """Look at the replica of the database, where there is one."""
    words = Words(
        "数据库副本不可用",
        "课程目录改由主库读取，商城继续运行，主库负载会增加。请检查副本和它的复制是否正常。",
    )
    register("replica", find_replica_fault, words)


def find_away(*, within: float) -> dict[str, tuple[Words, str]]:
    """What was away at one look, by its name: what an alert says, and the reason.

    Waits for so many seconds at most. Not for requests.
    """
    watched = {name: _lookouts[name] for name in _words}
    for lookout in watched.values():
        lookout.begin()
    faults = {name: lookout.fault(within=within) for name, lookout in watched.items()}
    return {name: (_words[name], fault) for name, fault in faults.items() if fault}


def find_faults() -> dict[str, str]:
    """What is wrong, by dependency; "" where nothing is."""
    for lookout in _lookouts.values():
        lookout.begin()
    faults = _find_in_database()
    return faults | {name: each.fault(within=OTHER_SECONDS) for name, each in _lookouts.items()}


# The faults that rows show, and when they were read.
_rows: tuple[dict[str, str], float] = {}, float("-inf")


def _find_in_database() -> dict[str, str]:
    """One query, and once in MAX_AGE two more for the runner and one for each queue."""
    fault = ""
    with at_most(DATABASE_SECONDS):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except Exception as error:
            logger.exception("readyz: the database does not answer")
            fault = type(error).__name__
        rows = dict.fromkeys(ROWS, fault) if fault else _find_in_rows()
    return {DATABASE: fault, **rows}


def _find_in_rows() -> dict[str, str]:
    global _rows
    faults, read_at = _rows
    if time.monotonic() - read_at < MAX_AGE:
        return faults
    try:
        faults = {"runner": _runner_fault(), **_role_faults(), "backlog": _backlog_fault()}
    except Error as error:
        # Such as a table that the migration of a new release has yet to make.
        logger.error("readyz: runner and backlog are not known: %s", error)
        return dict.fromkeys(ROWS, type(error).__name__)
    _rows = faults, time.monotonic()
    return faults


def _runner_fault() -> str:
    ended = JobRun.objects.values_list("succeeded_at", "failed_at")
    last = max((each for pair in ended for each in pair if each), default=None)
    if last is None:
        return "no scheduled job has ever run"
    silence = timezone.now() - last
    if silence <= MAX_SILENCE:
        return ""
    return f"no scheduled job has ended for {silence.total_seconds() // 60:.0f} minutes"


def _role_faults() -> dict[str, str]:
    faults: dict[str, str] = dict.fromkeys(Role, "")
    for role, at in heartbeats.find_silent(MAX_HEARTBEAT_AGE).items():
        if at is None:
            faults[role] = "no such process has ever run"
        else:
            minutes = (timezone.now() - at).total_seconds() // 60
            faults[role] = f"no such process has been alive for {minutes:.0f} minutes"
    return faults


def _backlog_fault() -> str:
    late = []
    for queue in queues.registered():
        found = queues.backlog(queue)
        if found.age > queue.limit.total_seconds():
            late.append(f"{queue.name} ({found.rows} rows, {found.age // 60:.0f} minutes)")
    return ", ".join(late)
