"""Parses DATABASE_URL into a DATABASES entry with the options that each engine needs."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHAPE = (
    "DATABASE_URL must be sqlite:///path/to/file or mysql://user:pass@host:3306/name, with"
    " # / : @ ? of a password written as %23 %2F %3A %40 %3F."
)

REPLICA_SHAPE = (
    "DATABASE_REPLICA_URL must be mysql://user:pass@host:3306/name, a replica of the MariaDB in"
    " DATABASE_URL."
)

# WAL: readers do not block the writer. FULL: commits survive a power failure, since a payment
# notification is answered with `success` after the commit.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def parse(url: str, base_dir: Path) -> dict[str, Any]:
    """A DATABASES entry. Raises ImproperlyConfigured, without the password in the message."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(SHAPE) from None
    if parts.query or parts.fragment or not parts.path.strip("/"):
        raise ImproperlyConfigured(SHAPE)
    # Without a third slash the first folder of the path would be taken for a host.
    if parts.scheme == "sqlite" and not parts.netloc:
        return _sqlite(parts.path, base_dir)
    if parts.scheme != "mysql" or not parts.hostname:
        raise ImproperlyConfigured(SHAPE)
    return _mysql(parts, port or 3306)


def replica(url: str, *, of: dict[str, Any]) -> dict[str, Any]:
    """A DATABASES entry for a replica of the MariaDB `of`. Raises ImproperlyConfigured likewise."""
    try:
        entry = parse(url, Path())
    except ImproperlyConfigured:
        entry = {}
    if entry.get("ENGINE") != "luffy_api.common.mysql" or of["ENGINE"] != entry["ENGINE"]:
        raise ImproperlyConfigured(REPLICA_SHAPE)
    # Tests of the shop have one database.
    return {**entry, "TEST": {"MIRROR": "default"}}


def _sqlite(path: str, base_dir: Path) -> dict[str, Any]:
    file = base_dir / path.removeprefix("/") if not path.startswith("//") else Path(path[1:])
    return {
        "ENGINE": "luffy_api.common.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # IMMEDIATE takes the write lock at BEGIN, so a transaction never fails half way with
            # "database is locked"; it waits up to `timeout` seconds instead. Who waits has no place
            # in a queue: with 5 seconds a hundredth of 10,000 simultaneous writes failed.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def _mysql(parts: SplitResult, port: int) -> dict[str, Any]:
    return {
        "ENGINE": "luffy_api.common.mysql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port),
        "CONN_MAX_AGE": 60,
        # Otherwise the first requests after a restart of the server fail with 500.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "charset": "utf8mb4",
            "isolation_level": "read committed",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES'",
            # How long an answer is waited for: luffy_api/common/mysql.
        },
        "TEST": {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_bin"},
    }
