"""Which columns hold texts with pictures: an app names its own in `apps.py`.

Who may write one of them may upload pictures, and a picture that none of them names is removed.
"""

from django.db.models import Model

_fields: dict[type[Model], tuple[str, ...]] = {}


def register(model: type[Model], *fields: str) -> None:
    """The columns of a model whose texts may name pictures."""
    _fields[model] = fields


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
