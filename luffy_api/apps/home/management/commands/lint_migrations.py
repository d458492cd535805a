"""Refuse migrations that the last release's code cannot live with; see CONTRIBUTING.md."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.loader import MigrationLoader

from luffy_api.common import migration_rules
from luffy_api.common.migration_rules import Releases

RELEASES = settings.BASE_DIR / "luffy_api" / "released_migrations.txt"


class Command(BaseCommand):
    """Reads migration files alone: no database."""

    help = "检查还没有发布的迁移：上一个版本的代码要能与它同时运行"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--release."""
        parser.add_argument("--release", help="把它们记入这个版本（例如 2026-11-28）")

    def handle(self, *args: Any, release: str | None = None, **options: Any) -> None:
        """Raise CommandError that names each refused step."""
        loader = MigrationLoader(None)
        ours = {app.label for app in apps.get_app_configs() if app.name.startswith("luffy_api.")}
        keys = migration_rules.migrations_of(loader, ours)
        releases = Releases.read(RELEASES)
        if found := list(migration_rules.problems(loader, keys, releases)):
            advice = 'CONTRIBUTING.md, "To change a table", says what to do.'
            raise CommandError("\n".join([*found, advice]))
        new = [
            name for key in keys if (name := migration_rules.dotted(key)) not in releases.released
        ]
        if release:
            releases.add(release, new)
        self.stdout.write(f"{len(new)} migrations since the last release fit it.")
