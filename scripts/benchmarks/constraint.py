"""What a database constraint on orders costs per insert."""

import statistics
import time
from typing import Any

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database, take_none

ROUNDS = 30
ROWS_PER_ROUND = 200


def run(arguments: list[str]) -> None:
    """Insert orders with two details into twin tables with and without constraints, in turns."""
    take_none(arguments)
    with scratch_database():
        _compare()


def _compare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for name, constrained in (("free", False), ("bound", True)):
            _create_tables(cursor, name, constrained)
        times: dict[str, list[float]] = {"free": [], "bound": []}
        for turn in range(ROUNDS):
            for name in sorted(times, reverse=bool(turn % 2)):
                times[name].append(_insert_round(cursor, name, turn))
    ratio = statistics.median(b / f for b, f in zip(times["bound"], times["free"], strict=True))
    per_order = 1e6 * statistics.median(times["free"]) / ROWS_PER_ROUND
    record("order and details without constraints (us)", per_order)
    record("order and details with constraints (us)", per_order * ratio)
    print(f"{connection.vendor}: with constraints {ratio:.2f} x the time without")
    print(f"  ({ROUNDS} rounds of {ROWS_PER_ROUND} orders, {per_order:.0f} us each without)")


def _create_tables(cursor: Any, name: str, constrained: bool) -> None:
    bound = ", FOREIGN KEY ({0}_id) REFERENCES bench_parent (id)" if constrained else ""
    to_order = f", FOREIGN KEY (order_id) REFERENCES bench_order_{name} (id)" if constrained else ""
    engine = " ENGINE=InnoDB" if _is_mysql() else ""
    if name == "free":
        cursor.execute(
            f"CREATE TABLE bench_parent (id bigint PRIMARY KEY, name varchar(30)){engine}"
        )
        rows = ", ".join(f"({i}, 'parent {i}')" for i in range(5000))
        cursor.execute(f"INSERT INTO bench_parent VALUES {rows}")  # noqa: S608
    cursor.execute(
        f"CREATE TABLE bench_order_{name} (id bigint PRIMARY KEY, no varchar(64) UNIQUE,"
        f" user_id bigint NOT NULL{bound.format('user')}){engine}"
    )
    cursor.execute(
        f"CREATE TABLE bench_detail_{name} (id bigint PRIMARY KEY, order_id bigint NOT NULL,"
        f" course_id bigint NOT NULL{bound.format('course')}{to_order}){engine}"
    )
    for table, column in (("order", "user_id"), ("detail", "course_id"), ("detail", "order_id")):
        cursor.execute(f"CREATE INDEX {name}_{table}_{column} ON bench_{table}_{name} ({column})")


def _insert_round(cursor: Any, name: str, turn: int) -> float:
    from django.db import transaction

    first = turn * ROWS_PER_ROUND
    begin = time.perf_counter()
    with transaction.atomic():
        for key in range(first, first + ROWS_PER_ROUND):
            cursor.execute(
                f"INSERT INTO bench_order_{name} VALUES (%s, %s, %s)",  # noqa: S608
                [key, f"no{key}", key * 7 % 5000],
            )
            cursor.execute(
                f"INSERT INTO bench_detail_{name} VALUES (%s, %s, %s), (%s, %s, %s)",  # noqa: S608
                [2 * key, key, key * 11 % 5000, 2 * key + 1, key, key * 13 % 5000],
            )
    return time.perf_counter() - begin


def _is_mysql() -> bool:
    from django.db import connection

    return connection.vendor == "mysql"
