"""What is sold now besides courses, for links that are shown where there is something.

Apps above this one register it by name when Django starts. What they answer stands in the published
settings of the site, so the models that it depends on are registered in `publications`, too.
"""

from collections.abc import Callable

_kinds: dict[str, Callable[[], bool]] = {}


def register(kind: str, is_sold: Callable[[], bool]) -> None:
    """`is_sold` says whether there is anything of a kind. One query."""
    _kinds[kind] = is_sold


def kinds() -> list[str]:
    """The names of the kinds of which something is sold. A query for each that is registered."""
    return [kind for kind, is_sold in _kinds.items() if is_sold()]
