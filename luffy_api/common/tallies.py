"""Adding to numbers of many rows at once, in two or three queries whatever their number."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Case, F, Model, When

Key = tuple[Any, ...]
# Rows of one UPDATE.
CHUNK = 200


def add(
    model: type[Model], amounts: Mapping[Key, int], *, names: Sequence[str], column: str
) -> None:
    """Add to `column` of the rows that `names` identify, by their values in `amounts`.

    Rows that are missing are made. In the caller's transaction, which deadlocks may undo.
    """
    keys = sorted(amounts)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        rows = _rows(model, chunk, names)
        if missing := [key for key in chunk if key not in rows]:
            # Another process may make one of them at this moment.
            made = (model(**dict(zip(names, key, strict=True))) for key in missing)
            model._default_manager.bulk_create(made, ignore_conflicts=True)
            rows = _rows(model, chunk, names)
        more = Case(*(When(pk=pk, then=amounts[key]) for key, pk in rows.items()))
        changed = model._default_manager.filter(pk__in=sorted(rows.values()))
        changed.update(**{column: F(column) + more})


def _rows(model: type[Model], keys: Collection[Key], names: Sequence[str]) -> dict[Key, int]:
    """The primary keys of the rows that there are."""
    values = {name: {key[place] for key in keys} for place, name in enumerate(names)}
    found = model._default_manager.filter(**{f"{name}__in": each for name, each in values.items()})
    rows = {tuple(key): pk for *key, pk in found.values_list(*names, "pk")}
    return {key: rows[key] for key in keys if key in rows}
