"""DATABASE_URL to Django's DATABASES entry, with the options each engine needs to be safe."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# WAL lets readers work beside the writer. FULL: a commit survives a power cut, because Alipay is
# answered `success` on the strength of it.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def parse(url: str, base_dir: Path) -> dict[str, Any]:
    """A DATABASES entry; raises ImproperlyConfigured with one sentence. Never echoes a password."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path, base_dir)
    if parts.scheme == "mysql":
        return _mysql(url)
    raise ImproperlyConfigured(
        "DATABASE_URL must be sqlite:///path/to/file or mysql://user:pass@host:3306/name."
    )


def _sqlite(path: str, base_dir: Path) -> dict[str, Any]:
    file = base_dir / path.removeprefix("/") if not path.startswith("//") else Path(path[1:])
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # IMMEDIATE takes the write lock at BEGIN, so a transaction never fails half way with
            # "database is locked"; it waits up to `timeout` seconds instead.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def _mysql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if not parts.hostname or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL lacks a host or a database name: mysql://user:pass@host:3306/luffy."
        )
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": str(parts.port or 3306),
        "CONN_MAX_AGE": 60,
        # Without it the first requests after a restart of the server answer 500.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "charset": "utf8mb4",
            "isolation_level": "read committed",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES'",
            "connect_timeout": 5,
        },
        "TEST": {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_general_ci"},
    }
