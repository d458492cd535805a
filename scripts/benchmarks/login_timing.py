"""Whether the time of a refused login tells that an account exists."""

import statistics
import time
from typing import Any

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database, take_none

LOGINS = 200


def run(arguments: list[str]) -> None:
    """Refused logins over HTTP, known and unknown accounts in turns, with the true hasher."""
    take_none(arguments)
    with scratch_database():
        _compare()


def _compare() -> None:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from rest_framework.test import APIClient

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    names = {"known": "student", "unknown": "nobody"}
    get_user_model().objects.create_user(names["known"], None, "a good password")
    client, times = APIClient(), {name: list[float]() for name in names}
    for turn in range(-10, LOGINS):
        for name in sorted(names, reverse=bool(turn % 2)):
            taken = _refused_login(client, names[name], turn + 10)
            if turn >= 0:
                times[name].append(taken)
    known, unknown = (1000 * statistics.median(times[name]) for name in ("known", "unknown"))
    record("refused login, known account (ms)", known)
    record("refused login, unknown account (ms)", unknown)
    print(f"refused logins, median of {LOGINS}: known {known:.2f} ms, unknown {unknown:.2f} ms")
    print(f"  difference {100 * (unknown - known) / known:+.1f} %")


def _refused_login(client: Any, name: str, turn: int) -> float:
    # A new address each time, or the lockout would answer instead of the hasher.
    address = f"10.0.{turn // 250}.{turn % 250 + 1}"
    body = {"username": name, "password": "a wrong password"}
    begin = time.perf_counter()
    answer = client.post("/api/v1/user/login/", body, format="json", REMOTE_ADDR=address)
    taken = time.perf_counter() - begin
    if answer.status_code != 400:
        raise SystemExit(f"expected a refusal, got {answer.status_code}")
    return taken
