"""A backup is put in place as a whole or refused, and what was there before stays aside."""

import gzip
import json
import signal
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from luffy_api.apps.course.models import Course
from luffy_api.apps.home.backups import creation, disk, manifest, mariadb, restoring
from luffy_api.apps.home.backups.mariadb import MariadbDatabase
from luffy_api.apps.home.backups.numbering import GAP
from luffy_api.apps.home.exceptions import BackupFailed
from luffy_api.apps.order.models import Order
from luffy_api.apps.search import indexing
from luffy_api.apps.user import tokens
from luffy_api.apps.user.exceptions import InvalidToken
from luffy_api.settings.env import SecretSource
from luffy_api.tests.backups.conftest import asides
from luffy_api.tests.backups.processes import environment
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(shop, tmp_path) -> Path:
    """A backup of a shop with one order."""
    course = CourseFactory(name="微积分入门")
    OrderFactory(out_trade_no="before", courses=[course], order_status=3, next_query_at=None)
    return creation.create(folder=tmp_path / "backups")


def restore(backup: Path, *, replace: bool = True) -> restoring.Restored:
    return restoring.restore(folder=backup, replace=replace, tell=lambda step: None)


def orders() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("out_trade_no", flat=True))


def names_in(aside: Path) -> str:
    """The text of a database that was kept aside."""
    if connection.vendor == "sqlite":
        return "\n".join(sqlite3.connect(aside).iterdump())
    return gzip.open(aside, "rt", encoding="utf-8").read()


def reseal(backup: Path, **changes) -> None:
    """Change values of the manifest, as another version of the shop had written it."""
    path = backup / manifest.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    (backup / manifest.MANIFEST_HASH).write_text(disk.sha256(path))


def test_the_shop_is_as_it_was_and_the_newer_database_is_kept(backup, folders):
    OrderFactory(out_trade_no="after")
    Course.objects.filter(name="微积分入门").update(name="线性代数")
    (folders / "private" / "lesson.mp4").unlink()
    (folders / "default" / "covers" / "python.webp").write_bytes(b"damaged")
    (folders / "private" / "newer.mp4").write_bytes(b"newer")

    done = restore(backup)

    assert orders() == ["before"]
    assert (folders / "private" / "lesson.mp4").read_bytes() == b"a video" * 1000
    assert (folders / "default" / "covers" / "python.webp").read_bytes() == b"a picture"
    assert (folders / "private" / "newer.mp4").exists()
    assert (done.files, done.warnings) == (2, [])
    assert "after" in names_in(done.aside)
    assert indexing.verify_index() == 0  # no course differed from the index


def test_numbers_of_lost_rows_are_never_given_again(backup):
    lost = [OrderFactory().pk, UserFactory().pk, CourseFactory().pk]

    restore(backup)

    new = [OrderFactory().pk, UserFactory().pk, CourseFactory().pk]
    assert all(number - gone > GAP / 2 for number, gone in zip(new, lost, strict=True))


def test_everybody_logs_in_again(shop, tmp_path):
    """Who logged out in the time that was lost would be logged in again."""
    user = UserFactory()
    token = tokens.issue(user).token
    made = creation.create(folder=tmp_path / "backups")
    tokens.revoke_all(user)
    user.refresh_from_db()
    later = tokens.issue(user).token

    restore(made)

    for each in (token, later):
        with pytest.raises(InvalidToken):
            tokens.verify(each)


def test_nothing_is_touched_when_a_single_byte_differs(backup, folders):
    OrderFactory(out_trade_no="after")
    (folders / "private" / "lesson.mp4").unlink()
    file = manifest.read(backup).database_file

    for name in (
        file,
        "files.jsonl",
        "manifest.json",
        "files/private/lesson.mp4",
        "keys/secret_key",
    ):
        path = backup / name
        whole = path.read_bytes()
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        with pytest.raises(BackupFailed, match="hash differs"):
            restore(backup)
        path.write_bytes(whole)

    assert orders() == ["before", "after"]
    assert not (folders / "private" / "lesson.mp4").exists()


def test_a_database_with_tables_is_not_replaced_by_accident(backup):
    OrderFactory(out_trade_no="after")

    with pytest.raises(BackupFailed, match="--replace"):
        restore(backup, replace=False)

    assert orders() == ["before", "after"]


def test_a_backup_of_a_newer_version_is_refused(backup):
    known = manifest.read(backup).migrations
    reseal(backup, migrations=[*known, "order.9999_of_next_year"])

    with pytest.raises(BackupFailed, match=r"order\.9999_of_next_year"):
        restore(backup)


def test_a_backup_of_an_older_version_is_brought_up_to_date(shop, tmp_path):
    call_command("migrate", "home", "0001", verbosity=0)
    made = creation.create(folder=tmp_path / "backups")
    call_command("migrate", verbosity=0)

    restore(made)

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'home' ORDER BY name")
        migrations = MigrationLoader(None).disk_migrations
        assert [name for (name,) in cursor.fetchall()] == sorted(
            name for app, name in migrations if app == "home"
        )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"vendor": "other"}, "The backup is of other"), ({"format": 2}, "newer version")],
)
def test_a_backup_of_something_else_is_refused(backup, changes, sentence):
    reseal(backup, **changes)

    with pytest.raises(BackupFailed, match=sentence):
        restore(backup)


def test_what_is_no_backup_is_refused(shop, tmp_path):
    with pytest.raises(BackupFailed, match="no complete backup"):
        restore(tmp_path)


def test_a_shop_that_runs_is_not_replaced(backup, monkeypatch):
    """Another process would go on in the database that is put aside."""
    monkeypatch.setattr(mariadb, "TIMEOUT_SECONDS", 0.3)
    OrderFactory(out_trade_no="after")
    running = connection.copy()
    try:
        with running.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM luffy_order")
            with pytest.raises(BackupFailed, match="stop the shop"):
                restore(backup)
    finally:
        running.close()

    assert orders() == ["before", "after"]


def test_a_killed_restore_is_done_again(backup, shop):
    """It is killed when the database was replaced, and nothing that comes after was done."""
    OrderFactory(out_trade_no="after")
    connection.close()
    command = [sys.executable, "manage.py", "restore", str(backup), "--replace"]
    with subprocess.Popen(
        command, cwd=django_settings.BASE_DIR, env=environment(shop), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert any(line.startswith(b"Bringing the database up to") for line in process.stdout)
        process.send_signal(signal.SIGKILL)
    (aside,) = asides()
    assert "after" in names_in(aside)

    restore(backup)

    assert orders() == ["before"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite is exchanged by a rename")
def test_a_dump_that_was_half_loaded_is_loaded_anew(backup, settings):
    """As after `kill -9` of a restore on MariaDB; nothing of the half is kept aside."""
    database = restoring.database()
    database._execute(f"CREATE TABLE {mariadb.UNFINISHED} (id INT PRIMARY KEY)")
    database._execute("SET foreign_key_checks = 0")
    database._execute("DROP TABLE luffy_order")
    connection.close()

    done = restore(backup, replace=False)

    assert done.aside is None
    assert orders() == ["before"]


def test_keys_that_are_not_those_of_the_backup_are_told(backup, settings):
    key = {"name": "KEY_ENCRYPTION_KEY", "source": "/etc/luffy/key", "sha256": "b" * 64, "copy": ""}
    reseal(backup, keys=[key])
    settings.SECRET_SOURCES = {"KEY_ENCRYPTION_KEY": SecretSource("", "c" * 64)}

    done = restore(backup)

    assert done.warnings == ["KEY_ENCRYPTION_KEY differs from that of the backup (/etc/luffy/key)."]


def test_the_command_says_what_comes_next_and_fails_for_contradictions(backup):
    out = StringIO()
    call_command("restore", str(backup), "--replace", stdout=out)
    began = manifest.read(backup).started_at
    assert f"recover_payments --since {began}" in out.getvalue()

    # An order that says paid, and nobody paid it.
    Order.objects.update(order_status=1, pay_time=began)
    made = creation.create(folder=backup.parent)
    with pytest.raises(CommandError, match="check_integrity"):
        call_command("restore", str(made), "--replace", stdout=out, stderr=out)


FAKE_DUMP = """#!{python}
import os, stat, sys
options = sys.argv[1].removeprefix("--defaults-file=")
with open({seen!r}, "w") as seen:
    seen.write(" ".join(sys.argv) + "\\n")
    seen.write(oct(stat.S_IMODE(os.stat(options).st_mode)) + "\\n" + open(options).read())
print("CREATE TABLE `a` (\\nINSERT INTO `a` VALUES\\n(1),\\n(2);\\n-- Dump completed")
"""


def test_a_password_is_in_a_file_that_only_its_owner_reads(tmp_path, monkeypatch):
    """Arguments are seen by every user of the machine."""
    program, seen = tmp_path / "mariadb-dump", tmp_path / "seen"
    program.write_text(FAKE_DUMP.format(python=sys.executable, seen=str(seen)))
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    known = {"NAME": "luffy", "HOST": "db", "PORT": "3307", "USER": "u", "PASSWORD": 'p"w\\#'}
    database = MariadbDatabase(SimpleNamespace(settings_dict=known))

    counts = database.save(tmp_path / "dump.gz")

    arguments, mode, *lines = seen.read_text().splitlines()
    assert counts == {"a": 2}
    assert 'p"w' not in arguments
    assert mode == "0o600"
    assert lines == ["[client]", 'host="db"', 'port="3307"', 'user="u"', r'password="p\"w\\#"']
