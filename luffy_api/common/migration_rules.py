"""Which migrations the code of the last release can live with, since it serves beside them.

An upgrade migrates while the old code still answers, and a rollback leaves the new tables to it.
So a migration only adds what the old code need not know (expand). What is no longer used is removed
by a later release (contract), and the Migration class names the release that stopped using it:
`contract = "2026-11-28"`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import CheckConstraint, GeneratedField
from django.db.models.fields import NOT_PROVIDED

HEADING = "# "
Key = tuple[str, str]


@dataclass
class Releases:
    """Names of releases in their order, and the migrations of each: `app.0001_name`."""

    file: Path
    migrations: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> "Releases":
        """The committed list; a clone without history has it too."""
        releases = cls(file)
        names: list[str] = []
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith(HEADING):
                names = releases.migrations.setdefault(line.removeprefix(HEADING), [])
            elif line:
                names.append(line)
        return releases

    @property
    def released(self) -> set[str]:
        """All migrations of all releases."""
        return {name for names in self.migrations.values() for name in names}

    def add(self, release: str, names: list[str]) -> None:
        """Write the migrations of a release."""
        self.migrations.setdefault(release, []).extend(names)
        parts = ["\n".join([HEADING + key, *each]) for key, each in self.migrations.items()]
        self.file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def migrations_of(loader: MigrationLoader, apps: set[str]) -> list[Key]:
    """Keys of all migrations of these apps, each after those that it depends on."""
    leaves = [leaf for leaf in loader.graph.leaf_nodes() if leaf[0] in apps]
    keys = (key for leaf in leaves for key in loader.graph.forwards_plan(leaf))
    return [key for key in dict.fromkeys(keys) if key[0] in apps]


def problems(loader: MigrationLoader, keys: list[Key], releases: Releases) -> Iterator[str]:
    """A sentence for each migration that is gone, and for each step that is refused."""
    there = {dotted(key) for key in keys}
    installed = {app for app, _ in keys}
    for name in sorted(releases.released - there):
        if name.partition(".")[0] in installed:
            yield f"{name} was released and is gone."
    new_models: set[Key] = set()
    new_fields: set[tuple[str, str, str]] = set()
    for key in keys:
        if dotted(key) in releases.released:
            continue
        migration = loader.graph.nodes[key]
        release = getattr(migration, "contract", None)
        if release is not None and release not in releases.migrations:
            yield f"{dotted(key)}: contract names {release!r}, which is no release."
        state = loader.project_state(key, at_end=False)
        for problem in _steps(migration, state, new_models, new_fields):
            if release is None:
                yield f"{dotted(key)}: {problem}"


def dotted(key: Key) -> str:
    """As the list writes it."""
    return ".".join(key)


def _steps(
    migration: migrations.Migration,
    state: ProjectState,
    new_models: set[Key],
    new_fields: set[tuple[str, str, str]],
) -> Iterator[str]:
    app = migration.app_label
    for operation in migration.operations:
        for step in getattr(operation, "database_operations", [operation]):
            model = app, _model_name(step)
            if isinstance(step, migrations.CreateModel):
                new_models.add(model)
            if isinstance(step, migrations.AddField):
                new_fields.add((*model, step.name))
            if model in new_models or _is_about(step, model, new_fields):
                continue
            rule = RULES.get(type(step), _accept)
            if problem := rule(step, state.models.get(model)):
                yield f"{step.describe()}: {problem}"
        operation.state_forwards(app, state)


def _is_about(step: Any, model: Key, new_fields: set[tuple[str, str, str]]) -> bool:
    """Whether a step is a check of columns that the old code never writes."""
    check = getattr(step, "constraint", None)
    if not isinstance(step, migrations.AddConstraint) or not isinstance(check, CheckConstraint):
        return False
    names = check.condition.referenced_base_fields  # type: ignore[union-attr]
    return {(*model, name) for name in names} <= new_fields


def _model_name(step: Any) -> str:
    names = (getattr(step, name, "") for name in ("model_name", "old_name", "name"))
    return str(next(filter(None, names), "")).lower()


UNKNOWN = "the old code inserts rows without it: give it null=True or db_default"
UNIQUE = "rows of the old code would get the same value: add it with null=True, without unique"
USED = "the old code still uses it"
STRICTER = "the old code may write what it refuses"


def _accept(step: Any, model: ModelState | None) -> str | None:
    return None


def _add_field(step: Any, model: ModelState | None) -> str | None:
    new = step.field
    if new.many_to_many:
        return None
    if isinstance(new, GeneratedField):
        return STRICTER if new.unique else None
    if not new.null and new.db_default is NOT_PROVIDED:
        return UNKNOWN
    return UNIQUE if new.unique and new.db_default is not NOT_PROVIDED else None


def _alter_field(step: Any, model: ModelState | None) -> str | None:
    assert model is not None
    old, new = model.fields[step.name], step.field
    if _column(old) != _column(new):
        return USED
    optional = old.null or old.db_default is not NOT_PROVIDED
    if optional and not new.null and new.db_default is NOT_PROVIDED:
        return UNKNOWN
    shorter = (old.max_length or 0) > (new.max_length or 0)
    return STRICTER if shorter or (new.unique and not old.unique) else None


def _column(each: Any) -> tuple[str, str | None]:
    return each.get_internal_type(), each.db_column


def _rename_model(step: Any, model: ModelState | None) -> str | None:
    return None if model and model.options.get("db_table") else USED


def _always(problem: str) -> Callable[[Any, ModelState | None], str | None]:
    return lambda step, model: problem


def _unique_together(step: Any, model: ModelState | None) -> str | None:
    before = set(model.options.get("unique_together", ())) if model else set()
    return STRICTER if set(step.option_value) - before else None


RULES: dict[type, Callable[[Any, ModelState | None], str | None]] = {
    migrations.AddField: _add_field,
    migrations.AlterField: _alter_field,
    migrations.RenameModel: _rename_model,
    migrations.RemoveField: _always(USED),
    migrations.RenameField: _always(USED),
    migrations.DeleteModel: _always(USED),
    migrations.AlterModelTable: _always(USED),
    migrations.AddConstraint: _always(STRICTER),
    migrations.AlterUniqueTogether: _unique_together,
    migrations.RunSQL: _always("what SQL does is not known here"),
}
