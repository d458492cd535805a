"""The task runner: worker, media worker and scheduler, in one process or each in its own."""

from argparse import ArgumentParser
from collections.abc import Collection
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils.module_loading import autodiscover_modules

from luffy_api.apps.monitoring import heartbeats
from luffy_api.common.task_runner import Role, TaskRunner


class Command(BaseCommand):
    """Runs until TERM, which lets running tasks end."""

    help = "Run the tasks of the shop: all of them, or those of the named roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Roles, and how long a task may take to end."""
        parser.add_argument("roles", nargs="*", metavar="role", help=", ".join(Role))
        parser.add_argument(
            "--shutdown-timeout", type=float, default=20, help="seconds (%(default)s)"
        )

    def handle(self, *args: Any, roles: list[str], **options: Any) -> None:
        """Raise CommandError for an unknown role."""
        unknown = set(roles) - set(Role)
        if unknown:
            raise CommandError(f"No such role: {', '.join(unknown)}; use {', '.join(Role)}.")
        autodiscover_modules("tasks")
        chosen = frozenset(map(Role, roles or Role))
        timeout = options["shutdown_timeout"]
        TaskRunner(chosen, shutdown_timeout=timeout, beat=_beat).run()


def _beat(roles: Collection[Role]) -> None:
    heartbeats.beat(roles)
    close_old_connections()
