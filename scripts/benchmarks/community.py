"""Lists of ratings, questions, answers, notes, favourites, messages and attempts at quizzes.

Argument: how many rows of each (1000000). One section has all questions and one of them half of the
answers; one quiz has a tenth of the attempts; the student who asks has 1/50 of the messages,
questions and attempts, and as many notes and favourites as somebody may have. Each list is asked
for its first, middle and last page, with each filter; then the same lists of the back office, also
searched, and the figures of the quiz.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from scripts.benchmarks import filling
from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database

ROWS = 1_000_000
# Of the API and of the back office, in seconds of a database's and our time.
LIMIT, DESK_LIMIT = 0.1, 2.0
TIMES = 3
SHOWN = 15
API = "/api/v1"
WORDS = ("第 7", "没有这个词")


def run(arguments: list[str]) -> None:
    """Fill the tables, then ask for the lists."""
    try:
        count = int(arguments[0]) if arguments else ROWS
    except ValueError:
        raise SystemExit("name the number of rows") from None
    with scratch_database():
        from django.db import connection

        logging.disable(logging.WARNING)
        began = time.perf_counter()
        filled = filling.fill(count)
        print(f"{connection.vendor}, {count} rows of each")
        print(f"  (filled in {time.perf_counter() - began:.0f} s)")
        print(f"  (load of the machine before: {os.getloadavg()[0]:.1f})")
        for title, limit, client, addresses in _parts(filled):
            _report(title, limit, _measure(client, addresses))


def _parts(filled: filling.Filled) -> Iterator[tuple[str, float, Any, Iterator[str]]]:
    from django.test import Client
    from rest_framework.test import APIClient

    from luffy_api.apps.user import tokens

    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_AUTHORIZATION=f"jwt {tokens.issue(filled.student).token}")
    yield "API", LIMIT, api, _lists(api, filled)
    # A list that is given up with 503 is reported; it does not end the measurement.
    desk = Client(raise_request_exception=False)
    desk.force_login(filled.admin)
    yield "back office", DESK_LIMIT, desk, _desk_lists(filled)


def _lists(client: Any, filled: filling.Filled) -> Iterator[str]:
    """Each list with each filter: its first, middle and last page."""
    course, section = f"course={filled.course_id}", f"section={filled.section_id}"
    questions = [
        f"question/?{scope}{more}"
        for scope in (course, section)
        for more in (
            *("", "&answered=true", "&answered=false"),
            *(f"&search={word}" for word in WORDS),
        )
    ]
    lists = [
        *(f"rating/?{course}{stars}" for stars in ("", "&stars=1", "&stars=5")),
        *questions,
        "question/mine/?",
        f"question/{filled.question_id}/answer/?",
        *("note/?", f"note/?{course}", f"note/?{section}"),
        "favourite/?",
        *("inbox/?", "inbox/?unread=true", "inbox/?unread=false", "inbox/?kind=1"),
        "inbox/?kind=2",
    ]
    for name in lists:
        address = f"{API}/{name}" if name.startswith("inbox") else f"{API}/community/{name}"
        yield address
        # `count` says how many pages there are.
        answer = client.get(address)
        pages = -(-answer.json()["data"]["count"] // 10) if answer.status_code == 200 else 1
        yield from (f"{address}&page={number}" for number in sorted({pages // 2, pages} - {0, 1}))
    yield f"{API}/inbox/unread/"
    quiz = f"{API}/course/section/{filled.quiz_id}/quiz/"
    yield from (quiz, f"{quiz}attempts/")


def _desk_lists(filled: filling.Filled) -> Iterator[str]:
    from django.apps import apps
    from django.contrib import admin

    from luffy_api.tests.back_office import page

    names = ("community.Rating", "community.Question", "community.Answer", "community.Favourite")
    yield f"{page(apps.get_model('learning.Quiz'), 'changelist')}{filled.quiz_id}/change/"
    for name in (*names, "inbox.Message", "learning.Quiz", "learning.QuizAttempt"):
        model = apps.get_model(name)
        model_admin = admin.site._registry[model]
        listed = page(model, "changelist")
        yield listed
        last = max(1, model._default_manager.count() // model_admin.list_per_page)
        yield from (f"{listed}?p={number}" for number in (last // 2, last))
        for column in range(len(model_admin.list_display) + 1):
            yield from (f"{listed}?o={sign}{column}" for sign in ("", "-"))
        for field in model_admin.list_filter:
            yield from _filtered(listed, model_admin, field)
        if model_admin.search_fields or hasattr(model_admin, "searched"):
            yield from (f"{listed}?q={word}" for word in WORDS)


def _filtered(listed: str, model_admin: Any, field: Any) -> Iterator[str]:
    if isinstance(field, str):
        for value, _ in model_admin.model._meta.get_field(field).flatchoices or [(1, ""), (5, "")]:
            yield f"{listed}?{field}__exact={value}"
        return
    for value, _ in field.lookups(field, None, model_admin):
        yield f"{listed}?{field.parameter_name}={value}"


Cost = tuple[float, float, int]


def _measure(client: Any, addresses: Iterator[str]) -> dict[str, Cost]:
    """The least seconds in all and of our CPU, and the queries, of each address."""
    costs, refused = dict[str, Cost](), list[str]()
    for address in addresses:
        each = [_timed(lambda address=address: client.get(address)) for _ in range(TIMES)]
        if each[0][0] not in (200, 302):
            refused.append(f"{address} answers {each[0][0]}")
        costs[address] = min(cost for _, cost in each)
    if refused:
        print("\n".join(refused))
    return costs


def _timed(act: Callable[[], Any]) -> tuple[int, Cost]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        began, cpu = time.perf_counter(), time.process_time()
        status = act().status_code
        costs = time.perf_counter() - began, time.process_time() - cpu
    if not connection.is_usable():
        # A statement that took too long has cost it.
        connection.close()
    return status, (*costs, len(asked))


def _report(title: str, limit: float, costs: dict[str, Cost]) -> None:
    slowest = sorted(costs.items(), key=lambda pair: pair[1], reverse=True)
    print(f"{title}: milliseconds, of our CPU, queries")
    for address, (seconds, cpu, queries) in slowest[:SHOWN]:
        print(f"  {1000 * seconds:7.0f} {1000 * cpu:6.0f} {queries:4d}  {address}")
    late = [address for address, (seconds, _, _) in slowest if seconds > limit]
    print(f"  {len(costs)} in all, {len(late)} above {1000 * limit:.0f} ms")
    record(f"slowest list, {title} (ms)", 1000 * slowest[0][1][0])
