"""Lines of the log as JSON objects, for programs that collect logs."""

import json
import logging
from datetime import datetime

from django.utils import timezone


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
