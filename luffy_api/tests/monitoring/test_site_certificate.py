"""The TLS certificate of the public site, read from a real TLS server or from a file."""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.monitoring import site_certificate
from luffy_api.apps.monitoring.models import SiteCertificate
from luffy_api.libs.alipay_v1.tests.certificates import self_signed
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch):
    monkeypatch.setattr(site_certificate, "PAUSE_SECONDS", 0)


@pytest.fixture(scope="module")
def pem_files(tmp_path_factory):
    """A key, and a certificate over it that ends in a day."""
    folder = tmp_path_factory.mktemp("tls")
    private, _ = generate_key_pair()
    (folder / "key.pem").write_text(private)
    (folder / "certificate.pem").write_text(self_signed(private))
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def names():
    """The host names for which the site was asked."""
    return []


@pytest.fixture
def site(pem_files, names, settings):
    """PUBLIC_URL is a site on this machine that nobody's browser would trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pem_files)
    context.sni_callback = lambda line, name, context: names.append(name)

    def answer(listening):
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                with suppress(OSError), context.wrap_socket(line, server_side=True) as secured:
                    secured.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, args=[listening], daemon=True).start()
        port = listening.getsockname()[1]
        settings.PUBLIC_URL = f"https://localhost:{port}"
        yield settings.PUBLIC_URL
        listening.shutdown(socket.SHUT_RDWR)


def keys():
    return [problem.key for problem in site_certificate.find_problems()]


def test_a_certificate_that_ends_soon_is_told_and_shown(site, names, scrape):
    (problem,) = site_certificate.find_problems()

    assert problem.key == "site_certificate"
    assert "localhost 的证书" in problem.text
    assert names == ["localhost"]
    (days,) = scrape()["luffy_site_certificate_days_left"].values()
    assert days == pytest.approx(1, abs=0.01)


def test_one_that_lasts_is_only_shown(site, monkeypatch, scrape):
    monkeypatch.setattr(site_certificate, "WARN_BEFORE", timedelta(hours=1))

    assert keys() == []
    assert len(scrape()["luffy_site_certificate_days_left"]) == 1


def test_a_renewed_one_takes_the_place_of_the_old_one(site):
    old = timezone.now() - timedelta(days=3)
    SiteCertificate.objects.create(host="localhost", expires_at=old, read_at=old)

    keys()

    assert SiteCertificate.objects.get().expires_at > timezone.now()


def test_who_does_not_reach_the_public_address_asks_this_machine(site, names, settings):
    settings.PUBLIC_URL = site.replace("localhost", "school.invalid")

    assert keys() == ["site_certificate"]
    assert names == ["school.invalid"]


def test_a_site_that_nobody_answers_for_is_told(settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.PUBLIC_URL = f"https://localhost:{port}"

    (problem,) = site_certificate.find_problems()

    assert problem.key == "site_certificate_unread"
    assert "ConnectionRefusedError" in problem.text


def test_a_peer_that_says_nothing_takes_seconds_and_no_more(settings, monkeypatch):
    monkeypatch.setattr(site_certificate, "CONNECT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.PUBLIC_URL = f"https://localhost:{silent.getsockname()[1]}"

        assert keys() == ["site_certificate_unread"]


def test_a_peer_that_speaks_no_tls_is_told(settings):
    def hang_up(listening):
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                line.sendall(b"SSH-2.0-OpenSSH\r\n")
                line.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=hang_up, args=[listening], daemon=True).start()
        settings.PUBLIC_URL = f"https://localhost:{listening.getsockname()[1]}"
        assert keys() == ["site_certificate_unread"]
        listening.shutdown(socket.SHUT_RDWR)


def test_a_file_is_read_instead_where_one_is_set(settings, pem_files):
    settings.PUBLIC_URL = "https://school.invalid"
    settings.TLS_CERTIFICATE = str(pem_files[0])

    assert keys() == ["site_certificate"]


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_without_a_certificate_is_told_without_its_path(settings, tmp_path, content):
    path = tmp_path / "fullchain.pem"
    if content is not None:
        path.write_text(content)
    settings.PUBLIC_URL = "https://school.invalid"
    settings.TLS_CERTIFICATE = str(path)

    (problem,) = site_certificate.find_problems()

    assert problem.key == "site_certificate_unread"
    assert str(tmp_path) not in problem.text


def test_a_site_without_tls_has_no_certificate(settings, django_assert_num_queries):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"

    with django_assert_num_queries(0):
        assert keys() == []
