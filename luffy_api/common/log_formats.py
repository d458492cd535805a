"""Lines of the log: texts for people, JSON objects for programs that collect logs."""

import json
import logging
import time
from datetime import datetime
from functools import lru_cache

from django.utils import timezone


class TextFormatter(logging.Formatter):
    """logging's own, which writes the second of a line once and not for each of its lines."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Hook of logging."""
        return f"{_second(int(record.created))},{int(record.msecs):03d}"


@lru_cache(maxsize=2)
def _second(moment: int) -> str:
    return time.strftime(logging.Formatter.default_time_format, time.localtime(moment))


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, request_id, message; exception where there is one.

    Of what a call gives as `extra` only `fields` is written: Django adds the request to its own
    lines, whose address may hold signatures and what somebody searched for.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Hook of logging."""
        moment = datetime.fromtimestamp(record.created, timezone.get_default_timezone())
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "correlation_id", None),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False, default=str)
