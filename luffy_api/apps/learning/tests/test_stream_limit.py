"""How many devices of one account play at once: POST course/playing/, and progress."""

from threading import Barrier

import pytest
import time_machine
from django.utils import timezone

from luffy_api.apps.learning import stream_limit
from luffy_api.apps.learning.exceptions import PlayingElsewhere
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.common.redis_circuit import circuit
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, UserFactory
from luffy_api.tests.processes.clients import in_threads
from luffy_api.tests.redis_server import NEEDS_REDIS, RedisServer

USER = 7


@pytest.fixture
def clock():
    """Stands still until it is moved: `clock.shift(seconds)`."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture(params=["process", pytest.param("redis", marks=NEEDS_REDIS)])
def places(request, settings):
    """Where the places are; the tests are about each of both."""
    if request.param == "redis":
        server = request.getfixturevalue("server")
        settings.REDIS_URL = server.url
        circuit.close()
        stream_limit.redis_client().flushall()
    yield request.param
    circuit.close()


def claim(login, user_id=USER):
    stream_limit.claim(user_id=user_id, login=login)


def plays(login, user_id=USER):
    try:
        stream_limit.require_place(user_id=user_id, login=login)
    except PlayingElsewhere:
        return False
    return True


def test_the_device_that_started_first_gives_way_to_a_third(places, clock):
    for login in "abc":
        claim(login)
        clock.shift(1)
    assert [plays(login) for login in "abc"] == [False, True, True]


def test_who_plays_again_takes_the_place_of_the_oldest_other(places, clock):
    for login in "abca":
        claim(login)
        clock.shift(1)
    assert [plays(login) for login in "abc"] == [True, False, True]


def test_a_device_that_is_not_heard_of_does_not_play(places, clock):
    claim("a")
    claim("b")
    clock.shift(stream_limit.ALIVE_SECONDS - 1)
    assert plays("b")
    clock.shift(1)
    # Given that `a` is gone, a third device takes nobody's place
    claim("c")
    assert [plays(login) for login in "bca"] == [True, True, False]


def test_without_a_claim_a_free_place_is_taken_and_no_other(places):
    assert [plays(login) for login in "abc"] == [True, True, False]


def test_accounts_do_not_meet(places):
    for user_id in (1, 2):
        for login in "ab":
            claim(login, user_id)
    assert plays("a", 1)
    assert plays("a", 2)


@pytest.mark.parametrize(("limit", "left"), [(0, 5), (1, 1), (4, 4)])
def test_the_number_is_a_setting(places, settings, clock, limit, left):
    settings.PLAYER_MAX_DEVICES = limit
    for login in "abcde":
        claim(login)
        clock.shift(1)
    assert [plays(login) for login in "abcde"] == [False] * (5 - left) + [True] * left


def test_of_devices_that_start_at_once_as_many_play_as_may(places):
    together = Barrier(8)

    def act(number):
        together.wait(timeout=30)
        claim(f"d{number}")

    in_threads(act, 8)
    assert sum(plays(f"d{number}") for number in range(8)) == 2


def test_of_reports_at_once_no_more_are_heard_than_may_play(places):
    together = Barrier(8)

    def act(number):
        together.wait(timeout=30)
        return plays(f"d{number}")

    assert sum(in_threads(act, 8)) == 2


def test_control_two_who_look_before_either_writes_both_play(monkeypatch):
    # Given the same rule without its lock
    places, looked = stream_limit.LocalPlaces(), Barrier(3)
    real = stream_limit.LocalPlaces._playing

    class Open:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

    def look(self, user_id, now):
        found = dict(real(self, user_id, now))
        looked.wait(timeout=30)
        return found

    monkeypatch.setattr(stream_limit.LocalPlaces, "_playing", look)
    places._lock = Open()

    told = in_threads(lambda n: places.admit(1, f"d{n}", limit=2, is_claim=False), 3)

    assert told == [True, True, True]


@NEEDS_REDIS
@pytest.mark.parametrize("fault", ["kill", "fill", "freeze"])
def test_while_redis_is_away_everybody_plays(settings, tmp_path, fault):
    server = RedisServer(tmp_path)
    settings.REDIS_URL = server.url
    circuit.close()
    try:
        for login in "ab":
            claim(login)
        assert not plays("c")
        getattr(server, fault)()
        claim("d")
        assert [plays(login) for login in "abcd"] == [True] * 4
    finally:
        server.kill()
        circuit.close()


def test_a_process_forgets_accounts_that_do_not_play_any_more(monkeypatch, clock):
    monkeypatch.setattr(stream_limit, "MAX_ACCOUNTS", 2)
    places = stream_limit.LocalPlaces()
    for user_id in (1, 2):
        places.admit(user_id, "a", limit=2, is_claim=True)
    clock.shift(stream_limit.ALIVE_SECONDS)
    places.admit(3, "a", limit=2, is_claim=True)
    assert places._accounts.keys() == {3}


@pytest.mark.django_db
class TestOverHTTP:
    """Each client has a login of its own, as each device has."""

    @pytest.fixture
    def section(self):
        return SectionFactory()

    @pytest.fixture
    def devices(self, section):
        user = EnrollmentFactory(course=section.chapter.course).user
        return [logged_in(user) for _ in range(3)]

    def start(self, client):
        return client.post("/api/v1/course/playing/")

    def report(self, client, section, position=5):
        url = f"/api/v1/course/section/{section.pk}/progress/"
        return client.put(url, {"position": position}, format="json")

    def test_the_older_device_is_told_and_counts_nothing(self, devices, section, clock):
        for client in devices:
            assert self.start(client).json()["code"] == 100
            clock.shift(1)

        answers = [self.report(client, section) for client in devices]

        assert [answer.status_code for answer in answers] == [409, 200, 200]
        assert answers[0].json()["code"] == 3004
        assert answers[0].json()["msg"] == "您的账号正在其他设备上播放，本设备已暂停"
        assert self.start(devices[0]).status_code == 200
        assert [self.report(client, section).status_code for client in devices] == [200, 409, 200]

    def test_one_login_is_one_device_however_many_windows_it_has(self, devices, section):
        for _ in range(5):
            self.start(devices[0])
        assert self.report(devices[1], section).status_code == 200

    def test_reading_and_marking_are_no_playing(self, devices, section):
        text = SectionFactory(chapter=section.chapter, section_type=0, video="", content="x")
        for client in devices:
            url = f"/api/v1/course/section/{text.pk}/progress/"
            assert client.put(url, {"done": True}, format="json").status_code == 200

    def test_who_has_not_the_course_takes_no_place(self, devices, section):
        user = UserFactory()
        outsider = logged_in(user)
        assert self.report(outsider, section).status_code == 403
        assert not stream_limit._local._accounts.get(user.pk)

    def test_a_visitor_is_asked_to_log_in(self, api):
        assert self.start(api).status_code == 401

    def test_a_place_costs_no_query_but_that_of_the_token(
        self, devices, section, django_assert_num_queries
    ):
        with django_assert_num_queries(1):
            self.start(devices[0])
        self.report(devices[0], section)
        with django_assert_num_queries(1):
            self.report(devices[0], section, 6)
        assert SectionProgress.objects.count() == 1
