"""Hostile requests to every endpoint: the envelope with a true status, never a 500."""

import json
import re

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from luffy_api.apps.user import tokens
from luffy_api.tests.factories import CourseFactory, UserFactory

pytestmark = pytest.mark.django_db

FOREIGN_READERS = {"/api/v1/schema/", "/api/v1/docs/"}
NUMBERS = [0, 2**31, 2**63, 2**64, 10**30]


def api_routes(resolver: URLResolver | None = None, prefix: str = "/") -> list[str]:
    """Every route of the API as `/api/v1/course/<int:pk>/`."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += api_routes(entry, route)
        elif isinstance(entry, URLPattern) and route.startswith("/api/v1/"):
            found.append(route)
    return found


def path_of(route: str, number: int = 1) -> str:
    """A concrete path for a route."""
    route = route.replace("^", "").replace("$", "").replace("\\Z", "")
    route = re.sub(r"<int:\w+>", str(number), route)
    route = re.sub(r"<(?:str|path):\w+>", "x", route)
    return re.sub(r"\(\?P<\w+>[^)]*\)", "01JD0000000000000000000000", route)


PATHS = sorted({path_of(route) for route in api_routes()} - FOREIGN_READERS - {"/api/v1/"})
PATHS_WITH_BODY = [
    "/api/v1/order/pay/",
    *(f"/api/v1/user/{door}/" for door in ("login", "sms_code", "sms_login", "register")),
    "/api/v1/user/password/reset/",
]


@pytest.fixture
def client():
    return APIClient(raise_request_exception=False)


@pytest.fixture
def student_client(client, django_user_model):
    user = django_user_model.objects.create_user("someone", None, "a good password")
    client.credentials(HTTP_AUTHORIZATION=f"jwt {tokens.issue(user).token}")
    # The endpoints of the back office look at its session only, all others at the token only.
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def assert_envelope(response) -> None:
    body = json.loads(response.content)
    assert set(body) >= {"code", "msg", "data"}
    assert re.search(r"[一-鿿]", body["msg"])
    if response.status_code >= 400:
        assert body["code"] not in (100, 101)
        assert body["data"] is None
        assert isinstance(body["errors"], dict)


def test_the_table_of_paths_is_complete():
    assert len(PATHS) >= 27
    assert "/api/v1/order/pay/" in PATHS


@pytest.mark.any_database
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_every_method_on_every_path_answers_the_envelope(student_client, method):
    for path in PATHS:
        response = student_client.generic(method, path)

        assert response.status_code < 500, path
        if path.endswith("order/success/") and method == "POST":
            assert response.content == b"failed"
        elif path.endswith("wechat/notify/") and method == "POST":
            assert (response.status_code, response.json()["code"]) == (400, "FAIL")
        elif path.endswith("upload/transcoded/") and method == "POST":
            assert response.json() == {"ok": True}
        else:
            assert_envelope(response)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"null", "application/json", 400),
        (b" " * 300_000, "application/json", 413),
        (b" " * 1_200_000, "application/json", 413),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "text/xml", 415),
    ],
)
def test_every_odd_body_is_refused(student_client, body, content_type, status):
    for path in PATHS_WITH_BODY:
        response = student_client.generic("POST", path, body, content_type)

        assert response.status_code == status, path
        assert_envelope(response)


@pytest.mark.any_database
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_body_beyond_the_limit_of_the_site_is_refused_everywhere(student_client, method):
    body = b'{"position": 1' + b" " * 1_200_000 + b"}"

    for path in PATHS:
        response = student_client.generic(method, path, body, "application/json")

        # What takes no body does not read one.
        assert response.status_code < 500, path


@pytest.mark.any_database
def test_a_change_beyond_the_limit_of_the_site_is_413(student_client):
    response = student_client.patch(
        "/api/v1/user/profile/", {"nickname": "新" * 400_000}, format="json"
    )

    assert response.status_code == 413
    assert_envelope(response)


@pytest.mark.any_database
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_body_in_chunks_is_refused_and_not_taken_for_none(student_client, method):
    for path in PATHS:
        if path.endswith(("order/success/", "wechat/notify/")):  # they read such a body
            continue
        response = student_client.generic(
            method, path, headers={"transfer-encoding": "chunked"}, CONTENT_LENGTH=""
        )

        assert response.status_code == 411, path
        assert_envelope(response)


@pytest.mark.parametrize("route", [r for r in api_routes() if "<int:" in r])
def test_an_id_out_of_range_is_not_found(student_client, route):
    # A part is bytes, not JSON; a playlist's address is refused before anything is looked for.
    special = {"parts/<int:number>/": {415}, "/hls/": {403}}
    fine = {400, 404, 405}.union(*(more for part, more in special.items() if part in route))

    for method in ("GET", "POST", "PUT"):
        for number in NUMBERS:
            path = path_of(route, number)
            answer = student_client.generic(method, path, b"{}", "application/json")
            assert answer.status_code in fine, f"{method} {path}"
            if answer.status_code == 405:
                break  # it has read no number when it says so


ODD_QUERIES = [
    "page=0", "page=-1", "page=abc", "page=99999999999999999999999", "page=%00",
    "page=%EF%BC%91", "page_size=1000000000", "page_size=0", "page_size=x", "kind=9",
    "kind=%00",
    "kind=" + "9" * 5000, "course=9223372036854775808", "course=-1", "course_category=1e3",
    "ordering=password", "ordering=teacher__name", "ordering=-", "ordering=%00", "search=%00",
    "search=" + "x" * 5000, "out_trade_no=%00", "out_trade_no=' OR 1=1", "order_status=7",
    "%00=%00", "a[]=1&a[]=2", "search=%ED%A0%80", "search=%F0%9F%A6%86",
]  # fmt: skip


def without_repetition(queries: list[str]) -> list[list[str]]:
    """The queries in groups that can be asked together: no name is in one of them twice."""
    groups: list[dict[str, str]] = []
    for query in queries:
        name = query.partition("=")[0]
        group = next((each for each in groups if name not in each), None)
        if group is None:
            groups.append(group := {})
        group[name] = query
    return [list(group.values()) for group in groups]


@pytest.mark.parametrize("path", PATHS)
def test_every_odd_query_is_refused_or_means_nothing(student_client, path):
    fine = {200, 400, 404, 405} | ({403} if "/hls/" in path else set())

    def status_of(query: str = "") -> int:
        cache.clear()  # without rate limits
        response = student_client.get(f"{path}?{query}")
        assert response.status_code in fine, query
        assert_envelope(response)
        return response.status_code

    plain = status_of()
    if plain == 405:
        # It has read no query when it says so: one of them shows it.
        assert status_of(ODD_QUERIES[0]) == 405
        return
    for queries in without_repetition(ODD_QUERIES):
        # Together they mean nothing only if each of them does; a refusal may hide another answer.
        if plain == 400 or status_of("&".join(queries)) != plain:
            for query in queries:
                status_of(query)


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v1/", "/api/v2/course/", "/api/v1/course", "/api/v1/nothing/"],
)
def test_an_unknown_endpoint_answers_the_envelope(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert_envelope(response)


@pytest.mark.any_database
def test_a_foreign_host_is_refused_with_the_envelope(client):
    response = client.get("/api/v1/course/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert_envelope(response)


def test_a_nul_byte_in_any_text_of_a_body_is_refused(client):
    response = client.post(
        "/api/v1/user/login/", {"username": "a\0b", "password": "x\0y"}, format="json"
    )

    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"username", "password"}


def test_a_lone_surrogate_is_refused(client):
    response = client.generic(
        "POST",
        "/api/v1/user/login/",
        b'{"username": "\\ud800", "password": "\\udfff"}',
        "application/json",
    )

    assert response.status_code == 400
    assert_envelope(response)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("order/pay/", b'{"total_amount": "1.00", "courses": [1], "pay_type": "\\ud800"}'),
        ("order/pay/", b'{"total_amount": "1.00", "courses": [1], "device": "\\udfff"}'),
        ("inbox/preference/", b'{"kind": "\\ud800", "channel": 3, "enabled": false}'),
        ("user/sms_code/", b'{"mobile": "13811112222", "purpose": "\\ud800"}'),
    ],
)
def test_an_error_that_quotes_half_a_surrogate_pair_is_an_answer(student_api, url, body):
    method = "PUT" if "preference" in url else "POST"

    response = student_api.generic(method, f"/api/v1/{url}", body, "application/json")

    assert response.status_code == 400
    assert_envelope(response)


@pytest.mark.parametrize("query", ["ordering=", "kind=", "course_category=", "page=", "page_size="])
def test_a_blank_value_is_refused_and_not_ignored(client, query):
    response = client.get(f"/api/v1/course/?{query}")

    assert response.status_code == 400
    assert query.rstrip("=") in response.json()["errors"]


@pytest.mark.parametrize("path", ["/api/v1/course/1/", "/api/v1/course/section/1/play/"])
def test_a_wrong_method_of_a_public_endpoint_is_405_for_visitors_too(client, path):
    assert client.delete(path).status_code == 405


def test_links_to_other_pages_are_paths(client):
    CourseFactory.create_batch(3)

    page = client.get("/api/v1/course/?page=2&page_size=1").json()["data"]

    assert page["next"] == "/api/v1/course/?page=3&page_size=1"
    assert page["previous"] == "/api/v1/course/?page_size=1"
