"""What runs the tasks of both queues: one process for all roles, or one for each.

Without Redis the queue is a file that all processes share. With Redis that does not answer, each
process has a queue of its own (`task_queue`): what the scheduler queues then reaches nobody, so the
workers run the schedule themselves until Redis is back. Jobs claim their rows, so that it does no
harm when two processes schedule for a while.
"""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any

from gunicorn.systemd import sd_notify
from huey import Huey
from huey.consumer import BaseProcess, Consumer, Scheduler, Worker
from huey.contrib.djhuey import HUEY

from luffy_api.common.media_queue import MEDIA
from luffy_api.common.redis_circuit import circuit

# Seconds between two looks into an empty queue without Redis; they grow from the one to the other.
MIN_PAUSE, MAX_PAUSE = 0.1, 1.0


class Role(StrEnum):
    """What a process does."""

    WORKER = "worker"
    MEDIA = "media"
    SCHEDULER = "scheduler"


# Who works on a queue, and with how many threads: conversions take all cores one at a time.
WORKERS = {HUEY: (Role.WORKER, 3), MEDIA: (Role.MEDIA, 1)}


class RoleScheduler(Scheduler):  # type: ignore[misc]
    """huey's scheduler, which queues the periodic jobs only where somebody will take them."""

    def __init__(self, roles: Collection[Role], **options: Any) -> None:
        super().__init__(**options)
        self.roles = roles

    def enqueue_periodic_tasks(self, now: Any) -> None:
        """Hook of huey: called once a minute."""
        worker, _ = WORKERS[self.huey]
        if (worker if circuit.state().is_open else Role.SCHEDULER) in self.roles:
            super().enqueue_periodic_tasks(now)


class TaskRunner(Consumer):  # type: ignore[misc]
    """huey's consumer for two queues: it ends all of their threads, and starts again what dies.

    TERM lets running tasks end for `shutdown_timeout` seconds. `beat` is called with the roles at
    the start and every ten seconds, on the main thread, and raises nothing.
    """

    def __init__(
        self,
        roles: Collection[Role],
        *,
        shutdown_timeout: float,
        beat: Callable[[Collection[Role]], None],
    ) -> None:
        self.roles = roles
        self._beat = beat
        super().__init__(
            HUEY,
            workers=0,
            initial_delay=MIN_PAUSE,
            max_delay=MAX_PAUSE,
            graceful_signal="TERM",
            shutdown_timeout=shutdown_timeout,
        )
        # huey makes its own scheduler, that of the first queue.
        self._makers: list[Callable[[], BaseProcess]] = [self._scheduler_of(MEDIA)]
        for queue, (role, count) in WORKERS.items():
            if role in roles:
                self._makers += [self._worker_of(queue)] * count
        self.worker_threads = [self._made(number) for number in range(len(self._makers))]

    def start(self) -> None:
        """Start all threads, and report to systemd that the process is ready."""
        super().start()
        sd_notify("READY=1", self._logger)
        self._beat(self.roles)

    def check_worker_health(self) -> bool:
        """Start again what died: huey would make each of them a worker of the first queue."""
        for number, (_, thread) in enumerate(self.worker_threads):
            if not self.environment.is_alive(thread):
                self._logger.error("A thread of the task runner died; it starts again.")
                self.worker_threads[number] = self._made(number)
                self.worker_threads[number][1].start()
        well = bool(super().check_worker_health())
        self._beat(self.roles)
        return well

    def _create_scheduler(self) -> BaseProcess:
        return self._scheduler_of(HUEY)()

    def _scheduler_of(self, queue: Huey) -> Callable[[], BaseProcess]:
        return lambda: RoleScheduler(
            self.roles,
            huey=queue,
            stop_flag=self.stop_flag,
            interval=self.scheduler_interval,
            periodic=self.periodic,
        )

    def _worker_of(self, queue: Huey) -> Callable[[], BaseProcess]:
        return lambda: Worker(
            huey=queue,
            stop_flag=self.stop_flag,
            default_delay=self.default_delay,
            max_delay=self.max_delay,
            backoff=self.backoff,
        )

    def _made(self, number: int) -> tuple[BaseProcess, Any]:
        process = self._makers[number]()
        name = f"{process.huey.name}-{process.process_name}-{number}"
        return process, self._create_process(process, name)
