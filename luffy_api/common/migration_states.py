"""Fewer models of migrations in memory: to build them takes nine tenths of `migrate`.

Django builds ("renders") every model that may be concerned anew for each operation. Within
`rendering_less` it does not where nothing of them can have changed: an index or a constraint that
comes or goes leaves relations as they were, and code that names the apps it reads (`reads`) gets
their models alone. A new relation concerns the models beside it, as a new column does; before other
code runs, Django builds all models of a state that says so (`is_delayed`). And what a field is made
of is asked once, not for each model that gets a copy of it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from django.db.migrations import RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import resolve_relation
from django.db.models import Field
from django.db.models.utils import make_model_tuple

Code = TypeVar("Code", bound=Callable[..., None])
# A class, the name of one of its functions, and what stands there instead.
Replacement: TypeAlias = tuple[type, str, Callable[..., Any]]


def reads(*app_labels: str) -> Callable[[Code], Code]:
    """Mark code for RunPython that uses models of these apps only, and no relation to others."""

    def mark(code: Code) -> Code:
        code.app_labels = frozenset(app_labels)  # type: ignore[attr-defined]
        return code

    return mark


@contextmanager
def rendering_less() -> Iterator[None]:
    """Within the block migrations of this process do the same with fewer models.

    On the way back they are Django's own: there it asks states that share a model with later ones,
    and SQLite would make a table with the constraints of those.
    """
    ours: list[Replacement] = [
        (ProjectState, "_append_option", _append_option),
        (ProjectState, "_remove_option", _remove_option),
        (RunPython, "database_forwards", _run),
        (MigrationExecutor, "_migrate_all_backwards", _migrate_back),
        (ProjectState, "_find_reload_model", _find_neighbours),
        *_cloning_fast(),
    ]
    with _replaced(ours):
        yield


@contextmanager
def _replaced(functions: Iterable[Replacement]) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in functions]
    try:
        for owner, name, function in functions:
            setattr(owner, name, function)
        yield
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)


def _append_option(
    state: ProjectState, app_label: str, model_name: str, option: str, added: Any
) -> None:
    options = state.models[app_label, model_name].options
    _set_option(state, app_label, model_name, option, [*options[option], added])


def _remove_option(
    state: ProjectState, app_label: str, model_name: str, option: str, removed: str
) -> None:
    options = state.models[app_label, model_name].options
    left = [each for each in options[option] if each.name != removed]
    _set_option(state, app_label, model_name, option, left)


def _set_option(
    state: ProjectState, app_label: str, model_name: str, option: str, values: list[Any]
) -> None:
    """Of the state and of the model, which the state before may share: forwards nobody asks it."""
    state.models[app_label, model_name].options[option] = values
    if "apps" in state.__dict__:
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [each.clone() for each in values])
        meta._expire_cache()


def _find_neighbours(
    state: ProjectState, app_label: str, model_name: str, delay: bool = False
) -> Any:
    """The models to build when one changes: itself, and what points to it or is pointed to."""
    return _find_django(state, app_label, model_name, delay=True)


def _cloning_fast() -> list[Replacement]:
    """A Field.clone that takes a field apart once: only a new name changes a state's fields."""
    # By ids; the field beside its parts keeps its id taken.
    taken_apart: dict[int, tuple[Field[Any, Any], Any, Any]] = {}

    def clone(field: "Field[Any, Any]") -> "Field[Any, Any]":
        if hasattr(field, "model"):
            return _clone_django(field)
        if id(field) not in taken_apart:
            _, _, args, kwargs = field.deconstruct()
            taken_apart[id(field)] = field, args, kwargs
        _, args, kwargs = taken_apart[id(field)]
        return type(field)(*args, **kwargs)

    def rename(*args: Any) -> None:
        # It changes fields that point to the renamed one, and builds their models.
        with _replaced([(Field, "clone", _clone_django)]):
            _rename_django(*args)
        taken_apart.clear()

    return [(Field, "clone", clone), (ProjectState, "rename_field", rename)]


_clone_django = Field.clone
_rename_django = ProjectState.rename_field
_find_django = ProjectState._find_reload_model  # type: ignore[attr-defined]
_run_django = RunPython.database_forwards
_migrate_back_django = MigrationExecutor._migrate_all_backwards  # type: ignore[attr-defined]
_DJANGOS: list[Replacement] = [
    (ProjectState, "_append_option", ProjectState._append_option),  # type: ignore[attr-defined]
    (ProjectState, "_remove_option", ProjectState._remove_option),  # type: ignore[attr-defined]
    (RunPython, "database_forwards", _run_django),
    (ProjectState, "_find_reload_model", _find_django),
    (ProjectState, "rename_field", _rename_django),
    (Field, "clone", _clone_django),
]


def _migrate_back(executor: MigrationExecutor, *args: Any, **kwargs: Any) -> Any:
    with _replaced(_DJANGOS):
        return _migrate_back_django(executor, *args, **kwargs)


def _run(
    operation: RunPython, app_label: str, schema_editor: Any, before: ProjectState, after: Any
) -> None:
    if app_labels := getattr(operation.code, "app_labels", None):
        before = _part(before, app_labels)
    _run_django(operation, app_label, schema_editor, before, after)


def _part(state: ProjectState, app_labels: frozenset[str]) -> ProjectState:
    """The models of these apps and those they extend, without their relations to others."""
    models = {key: each for key, each in state.models.items() if key[0] in app_labels}
    pending = [*models.values()]
    while pending:
        bases = [base for base in pending.pop().bases if isinstance(base, str)]
        for base in map(make_model_tuple, bases):
            if base not in models:
                models[base] = state.models[base]
                pending.append(models[base])
    return ProjectState({key: _without_others(each, models) for key, each in models.items()})


def _without_others(model: ModelState, models: Any) -> ModelState:
    def is_of_others(field: Any) -> bool:
        target = field.remote_field and field.remote_field.model
        return bool(target) and resolve_relation(target, model.app_label, model.name) not in models

    part = model.clone()
    part.fields = {name: each for name, each in part.fields.items() if not is_of_others(each)}
    return part
