"""Logging: one line per event, with the request id."""

import logging
from typing import Any

from luffy_api.settings import env

# text: a line for people; json: an object, for programs that collect logs.
LOG_FORMAT = env.choice("LOG_FORMAT", {"text", "json"}, "text")
# What takes longer is logged as a WARNING, with its route; 0 switches it off.
SLOW_REQUEST_SECONDS = env.integer("SLOW_REQUEST_MS", 2000, maximum=10**7) / 1000
SLOW_QUERY_SECONDS = env.integer("SLOW_QUERY_MS", 500, maximum=10**7) / 1000

# No line names them, and to collect them takes a sixth of what a line costs.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,
    "UUID_LENGTH": 32,
    "UUID_FORMAT": "hex",
}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "django_guid.log_filters.CorrelationId"},
        "no_tokens": {"()": "luffy_api.common.access_log.TokenFilter"},
    },
    "formatters": {
        "json": {"()": "luffy_api.common.log_formats.JsonFormatter"},
        "text": {
            "class": "luffy_api.common.log_formats.TextFormatter",
            "format": "{asctime} {levelname:<7} {correlation_id} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request_id", "no_tokens"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # It logs every request to Elasticsearch; the search app logs failures.
        "elastic_transport": {"level": "ERROR"},
        # It lists the letters of every certificate that is drawn.
        "fontTools": {"level": "ERROR"},
        # The access log has the same with the duration.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # Any client can send a wrong Host header; the answer is 400.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django_guid": {"level": "WARNING"},
        # Its consumer adds a second handler unless it finds one here.
        "huey": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
