"""Backups are complete or not there, and of one moment of a shop that goes on selling."""

import json
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from threading import Event, Thread

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from luffy_api.apps.home import tasks
from luffy_api.apps.home.backups import creation, disk, manifest
from luffy_api.apps.home.exceptions import BackupFailed, BackupRunning
from luffy_api.apps.order.models import Order
from luffy_api.common.migration_lock import migration_lock
from luffy_api.settings.env import SecretSource
from luffy_api.tests.backups.processes import environment
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def back_up(folder: Path, **how) -> Path:
    return creation.create(folder=folder, **how)


@pytest.fixture
def target(shop, tmp_path) -> Path:
    """Where backups are made."""
    return tmp_path / "backups"


def test_a_backup_holds_everything_and_says_what_it_is(target):
    OrderFactory()

    made = back_up(target)

    found = manifest.read(made)
    manifest.verify(made, found)
    assert [(file.storage, file.name, file.size) for file in manifest.read_files(made)] == [
        ("default", "covers/python.webp", 9),
        ("private", "lesson.mp4", 7000),
    ]
    assert (made / "files" / "private" / "lesson.mp4").read_bytes() == b"a video" * 1000
    assert (found.counts["luffy_order"], found.counts["luffy_refund"]) == (1, 0)
    assert "order.0001_initial" in found.migrations
    assert found.started_at.endswith("+00:00")
    assert found.started_at < found.finished_at


def test_only_its_owner_reads_a_backup(target):
    made = back_up(target)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in [made, *made.rglob("*")]}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in made.rglob("*") if path.is_dir()}

    assert modes == {0o600, 0o700}
    assert folders == {0o700}


def test_it_is_of_one_moment_while_orders_are_placed(target):
    """An order and its two lines are one transaction: no backup has one without the others."""
    student, courses, stop = UserFactory(), [CourseFactory(), CourseFactory()], Event()

    def sell() -> None:
        try:
            while not stop.is_set():
                with transaction.atomic():
                    OrderFactory(user=student, courses=courses)
        finally:
            connections.close_all()

    sellers = [Thread(target=sell) for _ in range(2)]
    for seller in sellers:
        seller.start()
    try:
        counts = []
        for _ in range(3):
            before = Order.objects.count()
            wait_until(lambda before=before: Order.objects.count() > before)
            counts.append(manifest.read(back_up(target)).counts)
    finally:
        stop.set()
        for seller in sellers:
            seller.join()

    assert all(each["luffy_order_detail"] == 2 * each["luffy_order"] for each in counts)
    sold = [each["luffy_order"] for each in counts]
    assert 0 < sold[0] < sold[1] < sold[2] < Order.objects.count() + 1


def test_what_has_not_changed_is_a_link_to_the_backup_before(target, folders):
    first = back_up(target)
    (folders / "default" / "covers" / "python.webp").write_bytes(b"another one")

    second = back_up(target)

    def inodes(made: Path) -> list[int]:
        return [file.path_in(made).stat().st_ino for file in manifest.read_files(made)]

    (cover, lesson), (new_cover, same_lesson) = inodes(first), inodes(second)
    assert (lesson == same_lesson, cover == new_cover) == (True, False)
    for made in (first, second):
        manifest.verify(made, manifest.read(made))


def test_the_last_ones_are_kept_and_files_that_they_share_stay(target):
    made = [back_up(target) for _ in range(3)]

    made.append(back_up(target, keep=2))

    assert creation.existing(target) == made[2:]
    manifest.verify(made[3], manifest.read(made[3]))


def test_a_killed_backup_leaves_nothing_that_looks_whole(target, shop):
    """It is killed when the folder is there and the database is about to be copied."""
    command = [sys.executable, "manage.py", "backup", str(target), "--skip-checks"]

    with (
        migration_lock(connection, on_wait=pytest.fail),
        subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=environment(shop)) as process,
    ):
        try:
            wait_until(lambda: list(target.glob(f"{creation.PARTIAL}*")), seconds=300)
        finally:
            process.send_signal(signal.SIGKILL)

    assert creation.existing(target) == []
    made = back_up(target)
    assert creation.existing(target) == [made]
    assert sorted(path.name for path in target.iterdir()) == [creation.LOCK, made.name]


@contextmanager
def little_room(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [300_000, 5_000_000])
def test_a_full_disk_is_said_and_nothing_is_left(target, folders, size):
    """Where the database does not fit, and where a file does not."""
    with (folders / "private" / "long.mp4").open("wb") as video:
        video.truncate(5_000_001)

    with little_room(size), pytest.raises(BackupFailed, match=r"could not be|failed"):
        back_up(target)

    assert [path.name for path in target.iterdir()] == [creation.LOCK]


def test_of_two_at_once_one_refuses(target):
    target.mkdir()

    with disk.lock(target / creation.LOCK), pytest.raises(BackupRunning):
        back_up(target)

    assert creation.existing(target) == []


def test_a_folder_among_the_uploaded_files_is_refused(shop, folders):
    with pytest.raises(BackupFailed, match="among the uploaded files"):
        back_up(folders / "default" / "backups")


def test_a_database_that_is_away_is_said(target, cut):
    cut(True)

    with pytest.raises(BackupFailed):
        back_up(target)

    assert [path.name for path in target.iterdir()] == [creation.LOCK]


def test_keys_are_named_and_never_copied_unless_they_were_generated(target, settings):
    secret = "9f" * 32
    settings.SECRET_SOURCES = {
        "SECRET_KEY": SecretSource("", "a" * 64),
        "KEY_ENCRYPTION_KEY": SecretSource("/etc/luffy/encryption_key", "b" * 64),
        "ALIPAY_APP_PRIVATE_KEY": SecretSource("/etc/luffy/alipay.pem", "c" * 64),
        "DATABASE_URL": SecretSource("", "d" * 64),
    }
    settings.KEY_ENCRYPTION_KEY = settings.SECRET_KEY = secret
    out, err = StringIO(), StringIO()

    call_command("backup", str(target), stdout=out, stderr=err)

    made = Path(out.getvalue().strip())
    listed = [(key.name, key.source, key.copy) for key in manifest.read(made).keys]
    assert [(name, copy) for name, _, copy in listed] == [
        ("ALIPAY_APP_PRIVATE_KEY", ""),
        ("KEY_ENCRYPTION_KEY", ""),
        ("SECRET_KEY", ""),
        ("keys/secret_key", "keys/secret_key"),
    ]
    assert "KEY_ENCRYPTION_KEY is NOT in this backup" in err.getvalue()
    assert "SECRET_KEY (environment)" in err.getvalue()
    held = [path for path in made.rglob("*") if path.is_file()]
    assert [path for path in held if secret.encode() in path.read_bytes()] == []


def test_the_command_says_in_one_sentence_what_went_wrong(target):
    target.mkdir()
    with disk.lock(target / creation.LOCK), pytest.raises(CommandError, match="is locked"):
        call_command("backup", str(target))
    with pytest.raises(CommandError, match="at least 1"):
        call_command("backup", str(target), "--keep", "0")


def test_every_night_one_is_made_where_a_folder_is_set(target, settings):
    tasks.back_up.call_local()
    assert not target.exists()

    settings.BACKUP_DIR, settings.BACKUP_KEEP = target, 2
    tasks.back_up.call_local()
    tasks.back_up.call_local()  # another runner, in the same minute

    assert len(creation.existing(target)) == 1


def test_a_night_without_a_backup_is_an_alert(shop, tmp_path, settings, caplog):
    (tmp_path / "file").write_text("no folder")
    settings.BACKUP_DIR = tmp_path / "file" / "backups"

    tasks.back_up.call_local()

    (record,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert "备份失败" in record.getMessage()


def test_a_manifest_is_json_for_other_programs(target):
    made = back_up(target)

    values = json.loads((made / "manifest.json").read_text())

    assert values["format"] == manifest.FORMAT
    assert values["vendor"] == connection.vendor


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_blank_folder_is_not_the_current_one(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    for blank in ("", " "):
        with pytest.raises(CommandError, match="name a folder"):
            call_command(command, blank)

    assert [*tmp_path.iterdir()] == []
