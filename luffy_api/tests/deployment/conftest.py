import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from luffy_api.tests.deployment.front import Front
from luffy_api.tests.deployment.machine import WEB, Machine
from luffy_api.tests.redis_server import RedisServer

# What the example of luffy.env leaves to the school.
HERE = {"DATABASE_URL_FILE": "", "SMS_BACKEND": "console", "EMAIL_URL_FILE": ""}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Machine]:
    """A machine with a release, settings and a database, on which nothing runs but a Redis."""
    # The path of a socket is short.
    root = tmp_path_factory.mktemp("m")
    redis = RedisServer(root)
    machine = Machine(root)
    try:
        prepare(machine, redis.url)
        yield machine
    finally:
        machine.close()
        redis.kill()


def prepare(machine: Machine, redis_url: str) -> None:
    secrets = {
        "secret_key": "x" * 50,
        "encryption_key": Fernet.generate_key().decode(),
        "redis_url": redis_url,
    }
    for name, value in secrets.items():
        machine.path(f"/etc/luffy/{name}").write_text(value)
    lines = machine.text("luffy.env").splitlines()
    lines = [line for line in lines if line.partition("=")[0] not in HERE]
    lines += [f"{name}={value}" for name, value in HERE.items()]
    machine.path("/etc/luffy/luffy.env").write_text("\n".join(lines))
    copy_database(machine.path("/var/lib/luffy/luffy.sqlite3"))
    machine.install_tools()


def copy_database(target: Path) -> None:
    """The empty tables of the tests: to make them takes longer than everything else here."""
    with sqlite3.connect(connection.settings_dict["NAME"]) as ours, sqlite3.connect(target) as copy:
        ours.backup(copy)
    ours.close()
    copy.close()


@pytest.fixture(scope="module")
def front(machine: Machine) -> Iterator[Front]:
    """nginx in front of one web service, of release one."""
    current = machine.path("/opt/luffy/current")
    current.symlink_to(machine.release("one"))
    assets = machine.path("/var/lib/luffy/web/assets/index-one.js")
    assets.write_bytes((current / "luffy_web/dist/assets/index-one.js").read_bytes())
    front = Front(machine, timeout=1)
    try:
        machine.start(WEB[0])
        front.start()
        yield front
    finally:
        front.close()
