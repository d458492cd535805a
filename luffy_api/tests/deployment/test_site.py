"""The site of deploy/nginx in front of the web services, started as their unit says."""

import gzip
import random
import subprocess
import time
from contextlib import ExitStack

import pytest

from luffy_api.tests.buyer import wait_until
from luffy_api.tests.deployment.front import HOST

# Its database is a copy of the tests'.
pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
VIDEO = random.Random(3).randbytes(300_000)
NOTIFICATIONS = ("/api/v1/order/success/", "/api/v1/order/wechat/notify/")


def test_nginx_accepts_the_site(front):
    assert front.check() == ""


def test_pages_come_over_http_2_with_the_headers_that_browsers_need(front):
    port = front.machine.https
    done = subprocess.run(
        [
            *("curl", "--silent", "--http2", "--dump-header", "-", "--noproxy", "*"),
            *("--cacert", front.certificate, "--resolve", f"{HOST}:{port}:127.0.0.1"),
            f"https://{HOST}:{port}/",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    head, _, page = done.stdout.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    assert first.split() == ["HTTP/2", "200"]
    assert page.endswith("one")
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server"] == "nginx"


def test_http_leads_to_https(front):
    answer = front.ask("/course/search?q=1", tls=False)

    assert answer.status == 301
    assert answer.headers["location"] == f"https://{HOST}/course/search?q=1"


@pytest.mark.parametrize("path", NOTIFICATIONS)
def test_payment_providers_are_led_nowhere(front, path):
    answers = [front.ask(path, method="POST", body=b"a=b", tls=tls) for tls in (False, True)]

    # Nothing is signed, so neither is accepted; but both have reached the shop.
    assert answers[0].status == answers[1].status != 301
    assert answers[0].body == answers[1].body
    assert {"x-request-id"} <= set(answers[0].headers)


def test_other_names_get_nothing(front):
    with pytest.raises(OSError, match=r"(?i)unrecognized.name|handshake"):
        front.connect("other.example")


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("br", "br"), ("", None)])
def test_assets_are_compressed_and_stay_for_good(front, accepted, encoding):
    answer = front.ask("/assets/index-one.js", accept_encoding=accepted)

    assert (answer.status, answer.headers.get("content-encoding")) == (200, encoding)
    assert "max-age=315360000" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if encoding == "gzip":
        assert gzip.decompress(answer.body).startswith(b"console.log('one')")


def test_an_asset_that_nobody_has_is_not_found(front):
    assert front.ask("/assets/index-none.js").status == 404


def test_files_are_sent_by_nginx_in_ranges(front):
    front.machine.path("/var/lib/luffy/media/video.mp4").write_bytes(VIDEO)

    part = front.ask("/media/video.mp4", range="bytes=1000-1999")
    many = front.ask("/media/video.mp4", range="bytes=0-0,2-2,4-4")

    assert (part.status, part.body) == (206, VIDEO[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(VIDEO)}"
    assert (many.status, many.body) == (200, VIDEO)
    assert front.ask("/protected/default/video.mp4").status == 404


def test_files_that_prove_whose_site_it_is_are_sent_from_the_root(front):
    folder = front.machine.path("/var/lib/luffy/verify/MP_verify_a1B2c3D4.txt").parent
    for name in ("MP_verify_a1B2c3D4.txt", "Ab1Cd2Ef3Gh4.txt", "secret.env"):
        (folder / name).write_text(f"the text of {name}")

    for name in ("MP_verify_a1B2c3D4.txt", "Ab1Cd2Ef3Gh4.txt"):
        answer = front.ask(f"/{name}")
        assert (answer.status, answer.body) == (200, f"the text of {name}".encode())
        assert answer.headers["content-type"].startswith("text/plain")
    # What nobody put there is the shop's to answer, as is every other name.
    assert front.ask("/MP_verify_none.txt").status == 404
    assert b"secret.env" not in front.ask("/secret.env").body
    assert front.ask("/robots.txt").body.startswith(b"User-agent")


def test_strangers_see_no_metrics(front):
    assert front.ask("/metrics").status == 404


def test_the_address_of_a_client_is_the_one_that_nginx_saw(front):
    """A forged one would have a budget of its own."""
    body = b'{"username": "nobody", "password": "wrong"}'
    login = {"method": "POST", "body": body, "content_type": "application/json"}

    statuses = [
        front.ask("/api/v1/user/login/", x_forwarded_for=f"203.0.113.{number}", **login).status
        for number in range(12)
    ]

    assert statuses[0] in {400, 401}
    assert statuses[-1] == 429


def test_half_a_request_takes_no_thread_and_is_given_up(front):
    with ExitStack() as stack:
        # Given more of them than the shop has threads
        halves = [stack.enter_context(front.connect()) for _ in range(40)]
        for half in halves:
            half.sendall(b"GET / HTTP/1.1\r\nHost: school.example\r\nX-Slow: ")

        # Then others are served
        began = time.monotonic()
        assert front.ask("/").status == 200
        assert time.monotonic() - began < 5
        # And they are ended
        assert [half.recv(1000) for half in halves] == [b""] * len(halves)


def test_the_log_of_nginx_holds_no_query(front):
    front.ask("/course/search?q=secret-word")

    # nginx writes the line after it has sent the answer.
    log = front.machine.path("/var/log/luffy/access.log")
    wait_until(lambda: '"GET /course/search" 200' in log.read_text())
    assert "secret-word" not in log.read_text()
