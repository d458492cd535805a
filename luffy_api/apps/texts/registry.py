"""Which columns hold texts with pictures: an app names its own in `apps.py`.

Who may write one of them may upload pictures, and a picture that none of them names is removed,
unless something else keeps it.
"""

from collections.abc import Callable, Iterable

from django.db.models import Model

_fields: dict[type[Model], tuple[str, ...]] = {}
_keepers: list[Callable[[], Iterable[str]]] = []


def register(model: type[Model], *fields: str) -> None:
    """The columns of a model whose texts may name pictures."""
    _fields[model] = fields


def register_keeper(names: Callable[[], Iterable[str]]) -> None:
    """Pictures that stay for another reason: a function that returns the names of their files."""
    _keepers.append(names)


def kept() -> set[str]:
    """What all of these keep."""
    return {name for names in _keepers for name in names()}


def registered() -> dict[type[Model], tuple[str, ...]]:
    """All of them, by model."""
    return dict(_fields)


def rights() -> list[str]:
    """`app.codename` of each right to write such a text."""
    return [
        f"{model._meta.app_label}.{action}_{model._meta.model_name}"
        for model in _fields
        for action in ("add", "change")
    ]
