"""What a role may do in the back office, in words, and which of it a school may choose.

The rights of the built-in roles come with the program (migrations). A school combines them to roles
of its own, and decides what is optional in a built-in one.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from luffy_api.common import roles

BUILT_IN = (roles.OPERATIONS, roles.FINANCE, roles.TEACHERS)
# Rights ("app.codename") that a school may give to a built-in role, or take from it.
OPTIONAL = {roles.TEACHERS: ("dashboard.change_taughtcourse",)}
# Where the word for an action would say too little.
WORDS = {"dashboard.change_taughtcourse": "修改大纲和测验、上传视频"}
ACTIONS = {"view": "查看", "add": "增加", "change": "修改", "delete": "删除"}


def of_role(role: Group) -> dict[str, list[str]]:
    """Names of tables with what the role may do to their rows."""
    return by_table(role.permissions)


def by_table(permissions: Any) -> dict[str, list[str]]:
    """The permissions of a manager by the names of their tables. One query."""
    found: dict[str, set[str]] = {}
    for row in permissions.select_related("content_type"):
        table = row.content_type.name
        found.setdefault(table, set()).add(word_of(row))
    order = [*ACTIONS.values()]
    return {
        table: sorted(words, key=lambda word: order.index(word) if word in order else len(order))
        for table, words in sorted(found.items())
    }


def label_of(right: Permission) -> str:
    """As `User.has_perm` names it."""
    return f"{right.content_type.app_label}.{right.codename}"


def word_of(right: Permission) -> str:
    """What it lets do to the rows of its table."""
    action = right.codename.partition("_")[0]
    return WORDS.get(label_of(right)) or ACTIONS.get(action, right.name)


def sentence_of(right: Permission) -> str:
    """Its table and its word."""
    return f"{right.content_type.name}：{word_of(right)}"


def choosable(role: Group) -> QuerySet[Permission]:
    """What a school may give this role, or take from it, with the tables.

    For a role of its own all that a built-in role has or may have, and what it has now.
    """
    if is_built_in(role):
        chosen = _labelled(OPTIONAL.get(role.name, ()))
    else:
        chosen = Q(group__name__in=BUILT_IN)
        chosen |= _labelled(label for labels in OPTIONAL.values() for label in labels)
        if role.pk:
            chosen |= Q(group=role.pk)
    ids = Permission.objects.filter(chosen).values("pk")
    return Permission.objects.filter(pk__in=ids).select_related("content_type")


def is_built_in(role: Group) -> bool:
    """Whether its rights come with the program."""
    return role.name in BUILT_IN


def grouped(rights: Iterable[Permission]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Choices of a form: tables with the ids and words of what may be done to them."""
    order = [*ACTIONS]
    tables: dict[tuple[str, int], list[Permission]] = defaultdict(list)
    for right in rights:
        tables[right.content_type.name, right.content_type_id].append(right)

    def rank(right: Permission) -> int:
        action = right.codename.partition("_")[0]
        return order.index(action) if action in order else len(order)

    return [
        (name, [(right.pk, word_of(right)) for right in sorted(found, key=rank)])
        for (name, _), found in sorted(tables.items())
    ]


def _labelled(labels: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for label in labels:
        app_label, _, codename = label.partition(".")
        found |= Q(content_type__app_label=app_label, codename=codename)
    return found
