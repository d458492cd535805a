"""Rows that one of many processes gets, by a statement that is a transaction by itself."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.monitoring.models import AlertTurn
from luffy_api.apps.order.models import Bill, Order, PayType
from luffy_api.apps.order.payment import bill_schedule
from luffy_api.apps.search import locks as search_locks
from luffy_api.apps.user import sms_codes
from luffy_api.apps.user.exceptions import SmsCodeWrong
from luffy_api.apps.user.models import SmsCode, SmsPurpose, User
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.transcoding import worker
from luffy_api.common import transactions
from luffy_api.common.dates import yesterday
from luffy_api.tests.factories import CourseFactory, OrderFactory, SectionFactory, UserFactory
from luffy_api.tests.two_nodes.rivals import at_node

TURNS = 4
ADDED = 10
MOBILE = "13812345678"
LATER = timedelta(minutes=1)


@dataclass(frozen=True)
class Claim:
    """Makes something that one gets, and tries to get it: True or False."""

    make: Callable[[], Any]
    take: Callable[[Any], Any]


@pytest.fixture(autouse=True)
def _no_job(monkeypatch):
    """Videos that a test takes are not those of this process."""
    monkeypatch.setattr(worker, "_held", [])


def code() -> str:
    digits = "123456"
    fresh = {"tries": 0, "sent_at": timezone.now(), "used_at": None}
    digest = sms_codes._digest(MOBILE, SmsPurpose.LOGIN, digits)
    SmsCode.objects.update_or_create(
        mobile=MOBILE, purpose=SmsPurpose.LOGIN, defaults={**fresh, "digest": digest}
    )
    return digits


def use(digits: str) -> bool:
    try:
        sms_codes.use(mobile=MOBILE, purpose=SmsPurpose.LOGIN, code=digits)
    except SmsCodeWrong:
        return False
    return True


def job() -> int:
    section = SectionFactory(video="course/videos/one.mp4")
    return TranscodingJob.objects.create(video=section.videos.get()).pk


CLAIMS = {
    "an order to be asked about": Claim(
        lambda: Order.objects.get(pk=OrderFactory(next_query_at=timezone.now()).pk),
        lambda order: Order.objects.claim(order, until=timezone.now() + LATER),
    ),
    "a text message's code": Claim(code, use),
    "a video to be converted": Claim(job, worker._take),
    "the lock of the search index": Claim(
        lambda: f"lock {timezone.now():%f}", lambda name: search_locks.Lock(name).try_acquire()
    ),
    "a bill of a day": Claim(
        lambda: Bill.objects.all().delete(),
        lambda _: bill_schedule._claim(PayType.ALIPAY, yesterday()),
    ),
    "a turn of alerts": Claim(
        lambda: timezone.now().isoformat(), lambda name: AlertTurn.objects.take(name, lease=LATER)
    ),
}


def at_once(nodes, *acts) -> list[Any]:
    """What each returns, begun together, the first at the first node and so on."""
    begin, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        def act() -> None:
            connection.ensure_connection()
            begin.wait(30)
            results[number] = acts[number]()

        at_node(nodes[number % 2], act)

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, range(len(acts))))
    return results


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_one_of_two_gets_it(nodes, claim):
    for _ in range(TURNS):
        wanted = claim.make()

        got = at_once(nodes, *[lambda wanted=wanted: bool(claim.take(wanted))] * 2)

        assert sorted(got) == [False, True]


def add_one() -> None:
    for _ in range(ADDED):
        User.objects.update(token_epoch=F("token_epoch") + 1)


def add_a_student() -> None:
    for _ in range(ADDED):
        Course.objects.update(students=F("students") + 1)


def test_a_statement_that_lost_at_its_own_commit_is_repeated(nodes, caplog):
    before = UserFactory().token_epoch

    at_once(nodes, *[add_one] * 4)

    assert User.objects.get().token_epoch == before + 4 * ADDED
    assert "a statement was undone, trying again" in caplog.text


def test_so_is_one_about_something_public_with_its_publication(nodes, caplog):
    CourseFactory()

    at_once(nodes, *[add_a_student] * 4)

    assert Course.objects.get().students == 4 * ADDED
    assert "_execute_and_publish was undone, trying again" in caplog.text


def test_control_without_a_repetition_it_is_lost(nodes, monkeypatch):
    UserFactory()
    monkeypatch.setattr(transactions, "PAUSES", ())

    with pytest.raises(OperationalError, match="1213"):
        at_once(nodes, *[add_one] * 4)
