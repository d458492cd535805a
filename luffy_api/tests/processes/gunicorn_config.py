"""gunicorn's settings for the shops of tests: the master reads the project, its workers are forks.

A worker that takes the place of a killed one is there at once, and not after seconds of processor
time. What begins to act, such as a thread, begins in the worker, with the application.
"""

from typing import Any

import django
from django.urls import get_resolver


def on_starting(server: Any) -> None:
    """Hook of gunicorn: before the first worker."""
    django.setup()
    _ = get_resolver().url_patterns
