"""/metrics: who may read it, and how requests are counted."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

TOKEN = "a-token-of-the-monitoring"


def requests_of(found, **labels) -> float:
    wanted = set(labels.items())
    lines = found.get("luffy_http_requests_total", {})
    return sum(value for key, value in lines.items() if wanted <= set(key))


class TestAccess:
    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
    def test_without_a_token_this_machine_may_read(self, client, address):
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200

    @pytest.mark.parametrize("address", ["10.0.0.7", "203.0.113.9", "2001:db8::1", "", "local"])
    def test_without_a_token_nobody_else_may(self, client, address):
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == 403

    @pytest.mark.parametrize("proxies", [0, 1])
    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Forwarded-For": "203.0.113.9"},
            {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"},
            {"X-Forwarded-For": "203.0.113.9, 127.0.0.1"},
            {"X-Forwarded-For": ""},
            {"X-Real-IP": "203.0.113.9"},
            {"Forwarded": "for=203.0.113.9"},
        ],
        ids=str,
    )
    def test_whom_a_proxy_forwards_is_not_this_machine(self, client, settings, proxies, headers):
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}

        assert client.get("/metrics", headers=headers).status_code == 403

    def test_a_proxy_may_forward_for_this_machine(self, client):
        assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 200

    def test_the_token_opens_it_from_everywhere(self, client, settings):
        settings.METRICS_TOKEN = TOKEN
        headers = {"Authorization": f"Bearer {TOKEN}"}

        assert client.get("/metrics", headers=headers, REMOTE_ADDR="10.0.0.7").status_code == 200

    @pytest.mark.parametrize(
        "authorization",
        ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer 密钥"],
    )
    def test_with_a_token_even_this_machine_needs_it(self, client, settings, authorization):
        settings.METRICS_TOKEN = TOKEN

        response = client.get("/metrics", headers={"Authorization": authorization})

        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert "luffy_" not in response.content.decode()

    def test_it_is_only_read(self, client):
        assert client.post("/metrics").status_code == 405

    @pytest.mark.parametrize("accept", ["text/plain;version=abc", "application/openmetrics-text"])
    def test_no_accept_header_breaks_it(self, client, accept):
        response = client.get("/metrics", headers={"Accept": accept})

        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/plain; version=0.0.4")


class TestRequests:
    def test_requests_are_counted_by_route_and_never_by_path(self, client, scrape):
        route = {"route": "/api/v1/course/<int:pk>/", "method": "GET", "status": "4xx"}
        before = requests_of(scrape(), **route)

        client.get("/api/v1/course/123456/")
        client.get("/api/v1/course/123457/")
        found = scrape()

        assert requests_of(found, **route) == before + 2
        assert found["luffy_http_request_seconds_count"][(("route", route["route"]),)] >= 2
        assert not [key for lines in found.values() for key in lines if "12345" in str(key)]

    def test_whatever_strangers_make_up_adds_no_label(self, client, scrape):
        client.get("/api/v1/nothing-0/")
        client.get("/nothing-0")
        client.generic("BREW-0", "/api/v1/course/")
        before = scrape()

        for number in range(1, 20):
            client.get(f"/api/v1/nothing-{number}/")
            client.get(f"/nothing-{number}", {"q": number})
            client.generic(f"BREW-{number}", "/api/v1/course/")
        after = scrape()

        name = "luffy_http_requests_total"
        assert after[name].keys() == before[name].keys()
        assert requests_of(after) == requests_of(before) + 58

    def test_an_answer_of_500_is_counted_too(self, client, scrape, settings):
        settings.WEB_DIST = None
        client.raise_request_exception = False

        assert client.get("/free-course").status_code == 500

        assert requests_of(scrape(), route="/free-course", status="5xx") == 1
