"""System check of the collation of a MariaDB: `manage.py check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import Error as DatabaseFault
from django.db import connections

from luffy_api.common.mysql import collation

WRONG = (
    "数据库的排序规则应为 {exact}，否则生僻字会被当成同一个字（例如“𠮷田”和“𡃁田”不能同时注册）。"
    "数据库的默认值是 {default}，不符的表：{tables}。"
)
HINT = (
    "新的数据库运行 manage.py migrate 即可；已经迁移过的，请在停机时执行："
    "ALTER DATABASE … CHARACTER SET utf8mb4 COLLATE {exact}，"
    "并对每张表执行 ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 COLLATE {exact}。"
)


@register(Tags.database)
def check_collation(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of texts that would be compared differently; no error, since `migrate` mends it."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "mysql":
            continue
        try:
            default = collation.default_collation(connection)
            tables = collation.inexact_tables(connection)
        except DatabaseFault:
            continue  # that it is away is told by everything else
        if tables or default != collation.EXACT:
            names = "、".join(tables) or "无"
            text = WRONG.format(exact=collation.EXACT, default=default, tables=names)
            hint = HINT.format(exact=collation.EXACT)
            messages.append(Warning(text, hint=hint, id="luffy.W001"))
    return messages
