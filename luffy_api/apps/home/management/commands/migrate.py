"""`migrate`, by one process at a time: machines of a school may start together."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from luffy_api.common.migration_lock import MigrationLockTimeout, migration_lock
from luffy_api.common.migration_states import rendering_less


class Command(migrate.Command):
    """Django's command; it waits while another process migrates the same database."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError when the other process does not come to an end."""

        def tell() -> None:
            self.stdout.write("Another process brings this database up to date; waiting for it.")

        connection = connections[options["database"]]
        try:
            with migration_lock(connection, on_wait=tell), rendering_less():
                super().handle(*args, **options)
        except MigrationLockTimeout as error:
            raise CommandError("Another process has been migrating for half an hour.") from error
