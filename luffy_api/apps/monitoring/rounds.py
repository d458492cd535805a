"""A round of alerts each minute, by the runner or by a web process, whichever comes first.

The runner cannot tell that it is dead, and the web server not that it is: so each process of the
shop tries to take the turn, and one of them gets it. What nobody can tell is that the machine is
gone; that is for whoever asks /healthz from outside.
"""

import logging
import os
import random
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db import Error, close_old_connections

from luffy_api.apps.monitoring import alerts, channels, delivery
from luffy_api.apps.monitoring.models import AlertTurn
from luffy_api.apps.school import current_site
from luffy_api.common import database_limits
from luffy_api.common.database_limits import Allowance

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 60
LEASE = timedelta(seconds=50)
# So many rounds in a row without a database are told; a restart of the server is none.
ROUNDS_AWAY = 3
DATABASE_AWAY = ("告警：数据库无法访问", "商城暂时不能下单和登录，请检查数据库服务器。")
DATABASE_BACK = ("已恢复：数据库恢复访问", "商城已恢复。")


def run() -> bool:
    """Evaluate and deliver, if no other process has done so within this minute."""
    if not AlertTurn.objects.take("round", lease=LEASE):
        return False
    alerts.evaluate()
    delivery.deliver()
    return True


def watch() -> None:
    """Start the thread of a web process that runs a round each minute, for ever."""
    Thread(target=_watch, name="alerts", daemon=True).start()


def _watch() -> None:
    # Processes that start together spread over the minute.
    time.sleep(random.uniform(0.2, 1) * INTERVAL_SECONDS)  # noqa: S311  # nosec B311
    watcher = DatabaseWatcher()
    while True:
        try:
            with database_limits.limited(Allowance(database_limits.STATEMENT_SECONDS)):
                run()
            watcher.saw(answers=True)
        except Error:
            watcher.saw(answers=False)
        except Exception:
            logger.exception("a round of alerts failed")
        finally:
            with suppress(Exception):
                close_old_connections()
        time.sleep(INTERVAL_SECONDS)


class DatabaseWatcher:
    """Tells that the database is away, and back: alerts are rows, and need it themselves.

    A file in VAR_DIR says that it was told, so that of all processes of a machine one tells it.
    """

    def __init__(self) -> None:
        self._away = 0
        self._told = Path(settings.VAR_DIR, "database-away")

    def saw(self, *, answers: bool) -> None:
        """A round is over."""
        self._away = 0 if answers else self._away + 1
        with suppress(OSError):
            if answers and self._told.exists():
                self._told.unlink()
                self._tell(*DATABASE_BACK)
            elif self._away == ROUNDS_AWAY:
                os.close(os.open(self._told, os.O_CREAT | os.O_EXCL, 0o600))
                self._tell(*DATABASE_AWAY)

    def _tell(self, subject: str, text: str) -> None:
        logger.error("alert: %s", subject)
        for channel in channels.configured():
            try:
                channels.send(channel, subject=f"[{current_site.name()}] {subject}", text=text)
            except channels.DeliveryFailed as error:
                logger.error("alerts cannot be told by %s: %s", channel, error)
