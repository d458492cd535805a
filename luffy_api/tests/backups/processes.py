"""Commands in processes of their own, for the database of the tests."""

import os
from pathlib import Path

from django.db import connection


def environment(var: Path) -> dict[str, str]:
    """The environment of a process with this VAR_DIR."""
    known = connection.settings_dict
    url = f"sqlite:///{known['NAME']}"
    if connection.vendor != "sqlite":
        server = f"{known['HOST']}:{known['PORT']}"
        url = f"mysql://{known['USER']}:{known['PASSWORD']}@{server}/{known['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "TEST_VAR_DIR": str(var),
        "PYTHONUNBUFFERED": "1",
    }
