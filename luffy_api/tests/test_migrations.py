"""A database of an earlier release migrates and keeps what is in it.

The dumps hold demo accounts and a few courses with orders, progress, uploads and videos in every
state, written by the release before `video` and `learning` became apps of their own.
"""

import fcntl
import json
import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

# They use no fixture of the database, but each kind has its own dump.
pytestmark = pytest.mark.every_database

DUMPS = Path(__file__).parent / "dumps"
MARIADB = connection.vendor == "mysql"
# Rows that must be the same before and after, each with its id.
KEPT = {
    "users": "SELECT id, username, password FROM luffy_user",
    "orders": "SELECT id, out_trade_no, order_status, total_amount FROM luffy_order",
    "enrollments": "SELECT id, user_id, course_id FROM luffy_enrollment",
    "progress": "SELECT id, user_id, section_id, position, watched FROM luffy_section_progress",
    "uploads": "SELECT id, section_id, state, filename FROM luffy_video_upload",
    "searches": "SELECT id, day, text, searches, people, found FROM luffy_search_word",
    "outbox": "SELECT id, subject, object_id FROM luffy_course_change",
    "rights of users": "SELECT user_id, permission_id FROM luffy_user_user_permissions",
    "log": "SELECT id, content_type_id, object_id FROM django_admin_log",
}
RIGHTS_OF_GROUPS = "SELECT group_id, permission_id FROM auth_group_permissions"
MODELS = "SELECT id, app_label, model FROM django_content_type"
RIGHTS = """
    SELECT p.id, c.app_label, c.model, p.codename, p.name
    FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
"""
VIDEOS = """
    SELECT s.name, v.file, v.hls, v.poster, v.duration, v.plays_natively, v.state, v.note,
           s.is_playable
    FROM luffy_video v JOIN luffy_course_section s ON s.id = v.current_section
"""
JOBS = """
    SELECT s.name, j.state, j.progress, j.persistent_id
    FROM luffy_video_job j JOIN luffy_video v ON v.id = j.video_id
    JOIN luffy_course_section s ON s.id = v.section_id
"""
REASONS = "SELECT user_id, course_id, source, out_trade_no FROM luffy_enrollment"
GRANTS = "SELECT user_id, course_id, source, reference FROM luffy_enrollment_grant"
PAID = "SELECT id, trade_no, total_amount FROM luffy_order WHERE order_status IN (1, 4)"
PAYMENTS = "SELECT order_id, trade_no, amount FROM luffy_order_payment"
REFUNDS = "SELECT order_id, amount, status, origin, finished_at IS NOT NULL FROM luffy_refund"
OWNED_BEFORE = "SELECT order_id, course_id FROM luffy_order_detail WHERE owned_before"
STUDENTS = "SELECT students FROM luffy_course WHERE id = 18"
# Orders that the dump lacks, paid for courses 9 (which student 1 owns) and 18 (student 2 lost it).
REFUNDED, OWNED, TWICE = 11, 12, 13
LOST = (2, 18)
NOW = "'2026-11-27 23:13:36.000000'"
MORE_ORDERS = [
    f"INSERT INTO luffy_order (id, created_time, updated_time, subject, total_amount, out_trade_no,"  # noqa: S608
    f" trade_no, order_status, pay_type, pay_time, expires_at, user_id, query_failures, refund_due)"
    f" VALUES ({pk}, {NOW}, {NOW}, 'x', {total}, 'N{pk}', 'T{pk}', {status}, 1, {NOW}, {NOW},"
    f" {user}, 0, {due})"
    for pk, total, status, user, due in [
        (REFUNDED, 99, 4, 2, 0),
        (OWNED, 99, 1, 1, 99),
        (TWICE, 49, 1, 2, 49),
    ]
]
MORE_LINES = [
    f"INSERT INTO luffy_order_detail (price, real_price, course_id, order_id)"  # noqa: S608
    f" VALUES ({price}, {price}, {course}, {order})"
    for price, course, order in [(99, 9, REFUNDED), (99, 9, OWNED), (49, 18, TWICE)]
]
MORE_EVENTS = [
    f"INSERT INTO luffy_payment_event (source, out_trade_no, trade_no, total_amount, accepted,"  # noqa: S608
    f" reason, message, created_time)"
    f" VALUES ('notification', 'N{order}', '{trade}', {total}, 1, '{reason}', '', {NOW})"
    for order, trade, total, reason in [
        (REFUNDED, f"T{REFUNDED}", 99, "paid"),
        (REFUNDED, f"T{REFUNDED}", 99, "refunded"),
        (OWNED, f"T{OWNED}", 99, "paid_but_owned_before"),
        (TWICE, f"T{TWICE}", 49, "paid"),
        (TWICE, "T13 again", 49, "paid_twice"),
    ]
]
PROCESSING, READY, FAILED = 2, 3, 4
# One start for three commands. Checks print their warnings to stderr.
MIGRATE = """
import io, json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
said, left = io.StringIO(), False
try:
    call_command("migrate", check_unapplied=True, verbosity=0)
except SystemExit:
    left = True
call_command("check", databases=["default"], stdout=said, stderr=said)
print(json.dumps({"left": left, "checks": said.getvalue()}))
"""
MOVED = {
    ("course", "videoupload"): ("video", "videoupload"),
    ("course", "videojob"): ("video", "transcodingjob"),
    ("course", "sectionprogress"): ("learning", "sectionprogress"),
    ("course", "coursechange"): ("course", "catalogueevent"),
    ("order", "placingkey"): ("order", "idempotencykey"),
    ("user", "smsgate"): ("user", "smssendlock"),
    ("user", "smssending"): ("user", "smsmessage"),
}

Rows = list[tuple[Any, ...]]


@dataclass
class Database:
    """One that was made from a dump."""

    url: str
    connect: Callable[[], Any]

    def rows(self, sql: str) -> Rows:
        """The rows of a query in their order, read by a connection of its own."""
        with closing(self.connect()) as session, closing(session.cursor()) as cursor:
            cursor.execute(sql)
            return sorted(tuple(row) for row in cursor.fetchall())

    def insert(self, *statements: str) -> None:
        """Execute the statements in one transaction."""
        with closing(self.connect()) as session, closing(session.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
            session.commit()

    def migrate(self) -> dict[str, Any]:
        """Whether a migration is left then, and what the checks of the database say."""
        done = subprocess.run(
            [sys.executable, "-c", MIGRATE],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@dataclass
class Migrated:
    """A database after `migrate`, what was in it before, and what `Database.migrate` told."""

    database: Database
    before: dict[str, Rows]
    told: dict[str, Any]

    def rows(self, sql: str) -> Rows:
        """Of now."""
        return self.database.rows(sql)


def _sqlite(file: Path) -> Database:
    with closing(sqlite3.connect(file)) as session:
        session.executescript((DUMPS / "sqlite.sql").read_text(encoding="utf-8"))
    return _connected(file)


def _connected(file: Path) -> Database:
    return Database(f"sqlite:///{file}", lambda: sqlite3.connect(file))


def _mariadb() -> Iterator[Database]:
    import MySQLdb

    server = connection.settings_dict
    account = {"host": server["HOST"], "port": int(server["PORT"]), "user": server["USER"]}
    account |= {"password": server["PASSWORD"], "charset": "utf8mb4", "autocommit": True}
    name = f"test_migrations_{os.getpid()}"
    with closing(MySQLdb.connect(**account)) as session, closing(session.cursor()) as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        try:
            cursor.execute(f"USE {name}")
            for statement in _statements():
                cursor.execute(statement)
            password = quote(account["password"], safe="")
            place = f"{account['host']}:{account['port']}/{name}"
            url = f"mysql://{quote(account['user'], safe='')}:{password}@{place}"
            yield Database(url, lambda: MySQLdb.connect(**account, database=name))
        finally:
            cursor.execute(f"DROP DATABASE {name}")


def _statements() -> list[str]:
    """mariadb-dump escapes line ends within values, so that only statements end with `;` there."""
    text = (DUMPS / "mariadb.sql").read_text(encoding="utf-8")
    return [part for part in text.split(";\n") if part.strip()]


@pytest.fixture(scope="module")
def migrated(request, tmp_path_factory) -> Iterator[Migrated]:
    """The dump after `migrate`, on the kind of database that the tests run on.

    Nobody changes it, so workers of pytest that come to these tests share it: it takes ten
    seconds to make.
    """
    if MARIADB:
        for database in _mariadb():
            yield _migrate(database)
        return
    folder = tmp_path_factory.mktemp("old")
    if hasattr(request.config, "workerinput"):
        folder = tmp_path_factory.getbasetemp().parent
    file, told = folder / "old.sqlite3", folder / "old.pickle"
    with (folder / "old.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            file.unlink(missing_ok=True)
            made = _migrate(_sqlite(file))
            told.write_bytes(pickle.dumps((made.before, made.told)))
    # It is our own file.
    yield Migrated(_connected(file), *pickle.loads(told.read_bytes()))  # noqa: S301


def _migrate(database: Database) -> Migrated:
    database.insert(*MORE_ORDERS, *MORE_LINES, *MORE_EVENTS)
    before = {name: database.rows(sql) for name, sql in KEPT.items()}
    before |= {"models": database.rows(MODELS), "rights": database.rows(RIGHTS)}
    before |= {"rights of groups": database.rows(RIGHTS_OF_GROUPS)}
    before |= {"reasons": database.rows(REASONS), "paid": database.rows(PAID)}
    before |= {"students": database.rows(STUDENTS)}
    return Migrated(database, before, database.migrate())


@pytest.mark.parametrize("table", KEPT)
def test_rows_keep_their_ids_and_contents(migrated, table):
    rows = migrated.rows(KEPT[table])
    if table == "enrollments":
        rows = [row for row in rows if row[1:] != LOST]

    assert migrated.before[table]
    assert rows == migrated.before[table]


def test_groups_keep_their_rights(migrated):
    before, now = migrated.before["rights of groups"], migrated.rows(RIGHTS_OF_GROUPS)

    assert before
    assert set(before) < set(now)


def test_content_types_follow_their_models(migrated):
    before, now = (
        {pk: model for pk, *model in rows}
        for rows in (migrated.before["models"], migrated.rows(MODELS))
    )
    moved = {pk: list(MOVED[tuple(model)]) for pk, model in before.items() if tuple(model) in MOVED}

    assert len(moved) == len(MOVED)
    assert before.keys() <= now.keys()
    assert moved.items() <= now.items()
    assert not set(MOVED) & {tuple(model) for model in now.values()}


def test_permissions_follow_their_models(migrated):
    moved = [
        (pk, *MOVED[label, model], codename.replace(model, MOVED[label, model][1]))
        for pk, label, model, codename, _ in migrated.before["rights"]
        if (label, model) in MOVED
    ]

    now = [row[:4] for row in migrated.rows(RIGHTS)]

    assert len(moved) == 4 * len(MOVED)
    assert set(moved) <= set(now)
    # None was made a second time
    assert len({row[1:] for row in now}) == len(now)


def test_reasons_of_enrollments_become_grants(migrated):
    """And paid orders whose course came from elsewhere, or was lost, get one of their own."""
    bought = [(1, 9, 1, f"N{OWNED}"), (2, 18, 1, f"N{TWICE}")]

    assert migrated.before["reasons"]
    assert migrated.rows(GRANTS) == sorted(migrated.before["reasons"] + bought)


def test_paid_orders_get_payments(migrated):
    assert migrated.before["paid"]
    second = (TWICE, "T13 again", 49)
    assert migrated.rows(PAYMENTS) == sorted([*migrated.before["paid"], second])


def test_refunded_orders_get_refunds(migrated):
    assert migrated.rows(REFUNDS) == [(REFUNDED, 99, 3, "console", 1)]


def test_courses_owned_before_are_remembered(migrated):
    assert migrated.rows(OWNED_BEFORE) == [(OWNED, 9)]


def test_a_lost_course_comes_back_and_its_student_is_counted(migrated):
    [(before,)] = migrated.before["students"]

    assert LOST in {row[1:] for row in migrated.rows(KEPT["enrollments"])}
    assert migrated.rows(STUDENTS) == [(before + 1,)]


def test_videos_of_sections_become_rows(migrated):
    videos = {name: row for name, *row in migrated.rows(VIDEOS)}

    assert len(migrated.rows("SELECT id FROM luffy_video")) == 32
    for name, expected in {
        "Converted": (".mp4", "hls-00000001/index.m3u8", ".jpg", 61, 1, READY, "", 1),
        "Failed but plays": (".mp4", "", ".jpg", 62, 1, FAILED, "转码失败,视频文件可能已损坏", 1),
        "Failed and does not play": (
            *(".mp4", "", "", 0, 0, FAILED, "文件内容不是有效的视频,请重新上传", 0),
        ),
        "Being converted": (".mp4", "", "", 63, 1, PROCESSING, "", 1),
        "Waiting": (".mp4", "", "", 0, 0, PROCESSING, "", 0),
        "Replaced": (".mp4", "", "", 64, 0, PROCESSING, "", 0),
        "Put in by hand": (".mp4", "", "", 65, 1, READY, "", 1),
        "Deleted": (".mp4", "", "", 0, 0, PROCESSING, "", 0),
    }.items():
        file, hls, poster, *rest = videos[name]
        assert (file[-4:], hls[-23:], poster[-4:], *rest) == expected, name
    # Playlists that stood where files do
    assert sum(
        not file and hls.endswith("demo/hls/index.m3u8") for file, hls, *_ in videos.values()
    )
    assert not {"Empty", "Refused"} & set(videos)


def test_each_job_belongs_to_its_video(migrated):
    rows = migrated.rows(JOBS)

    # The job of a replaced video went with its video
    assert rows == [
        ("Being converted", 1, 40, "z0.0001"),
        ("Converted", 2, 100, ""),
        ("Deleted", 2, 100, ""),
        ("Failed and does not play", 3, 0, ""),
        ("Failed but plays", 3, 0, ""),
        ("Replaced", 0, 0, ""),
        ("Waiting", 0, 0, ""),
    ]


def test_the_migrations_are_all_there(migrated):
    assert not migrated.told["left"]


def test_texts_are_compared_exactly_afterwards(migrated):
    assert migrated.told["checks"].startswith("System check identified")
    assert "luffy.W001" not in migrated.told["checks"]
    if migrated.database.url.startswith("mysql"):
        tables = migrated.rows(
            "SELECT TABLE_NAME, TABLE_COLLATION FROM information_schema.TABLES"
            " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_COLLATION <> 'utf8mb4_bin'"
        )
        assert tables == []
