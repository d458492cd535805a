"""What a role may do in the back office, in words."""

from typing import Any

from django.contrib.auth.models import Group

ACTIONS = {"view": "查看", "add": "增加", "change": "修改", "delete": "删除"}


def of_role(role: Group) -> dict[str, list[str]]:
    """Names of tables with what the role may do to their rows."""
    return by_table(role.permissions)


def by_table(permissions: Any) -> dict[str, list[str]]:
    """The permissions of a manager by the names of their tables. One query."""
    found: dict[str, set[str]] = {}
    for row in permissions.select_related("content_type"):
        table = row.content_type.name
        action = row.codename.partition("_")[0]
        found.setdefault(table, set()).add(ACTIONS.get(action, row.name))
    order = [*ACTIONS.values()]
    return {
        table: sorted(words, key=lambda word: order.index(word) if word in order else len(order))
        for table, words in sorted(found.items())
    }
