"""Local files behind a real nginx, with the locations of the site in deploy/nginx."""

import re
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.utils import timezone

from luffy_api.libs.storage import private_storage, public_storage

BODY = bytes(range(256)) * 4
NAME = "课 1/第一课 a+b.mp4"
DEPLOY = project.BASE_DIR / "deploy" / "nginx"
LOCATIONS = re.compile(
    r"^    location (?:/protected/\w+/|/) \{.*?^    \}$", re.DOTALL | re.MULTILINE
)
FRAME = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
{locations}
    }}
}}
"""


@pytest.fixture
def nginx(local, live_server, settings, tmp_path):
    """The origin of an nginx in front of the shop."""
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _, _, site = (DEPLOY / "luffy.conf").read_text(encoding="utf-8").rpartition("\nserver {")
    found = LOCATIONS.findall(site)
    assert len(found) == 3
    proxy = (DEPLOY / "proxy.conf").read_text(encoding="utf-8")
    locations = "\n".join(found).replace("include /etc/nginx/luffy/proxy.conf;", proxy)
    for documented, here in {
        "http://127.0.0.1:8000": live_server.url,
        "/var/lib/luffy/media/": f"{tmp_path}/default/",
        "/var/lib/luffy/private/": f"{tmp_path}/private/",
    }.items():
        assert documented in locations
        locations = locations.replace(documented, here)
    frame = FRAME.format(folder=tmp_path, port=port, locations=locations)
    # The scratch folder of a test is open to nobody but its owner.
    (tmp_path / "nginx.conf").write_text(frame if _is_plain_user() else f"user root;{frame}")
    command = ["nginx", "-p", tmp_path, "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"]
    process = subprocess.Popen(command)
    origin = f"http://127.0.0.1:{port}"
    _wait_for(origin)
    yield origin
    process.terminate()
    process.wait(10)


def _is_plain_user():
    return Path("/proc/self").stat().st_uid != 0


def _wait_for(origin):
    end = time.monotonic() + 20
    while True:
        try:
            requests.get(origin, timeout=5)
        except requests.ConnectionError:
            assert time.monotonic() < end, "nginx did not start"
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def url(nginx, settings):
    """The URL of a private video."""
    private_storage().save(NAME, ContentFile(BODY))
    path = private_storage().signed_url(
        NAME, expires_at=timezone.now() + settings.SIGNED_URL_MAX_LIFETIME
    )
    return nginx + path


def ask(url, method="GET", **headers):
    return requests.request(method, url, headers=headers, timeout=5)


def test_the_bytes_come_from_nginx_with_our_headers(url):
    answer = ask(url)
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["Server"].startswith("nginx")
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Cache-Control"] == "private, max-age=600"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert ask(url, "HEAD").headers["Content-Length"] == str(len(BODY))


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-0", 206, BODY[:1]),
        ("bytes=1000-", 206, BODY[1000:]),
        ("bytes=-24", 206, BODY[-24:]),
        ("bytes=5-1", 416, None),
        ("bytes=1024-", 416, None),
        ("bytes=0-1,5-6", 200, BODY),
        ("bytes=" + ",".join(["0-0"] * 1000), 200, BODY),
    ],
)
def test_a_range(url, asked, status, content):
    answer = ask(url, Range=asked)
    assert answer.status_code == status
    assert content is None or answer.content == content


def test_a_copy_that_is_fresh_is_not_sent_again(url):
    modified = ask(url).headers["Last-Modified"]
    assert ask(url, **{"If-Modified-Since": modified}).status_code == 304


@pytest.mark.parametrize("path", ["/protected/private/", "/protected/default/"])
def test_nobody_gets_past_the_shop(nginx, url, path):
    assert ask(nginx + path).status_code == 404
    assert ask(nginx + path + quote(NAME)).status_code == 404
    assert ask(f"{nginx}{path}../private/{quote(NAME)}").status_code == 404


def test_an_edited_url_opens_nothing(url):
    assert ask(url.replace("a%2Bb", "c")).status_code == 403
    assert ask(url.replace("/files/", "/files/9")).status_code == 403


def test_pictures_come_from_nginx_as_well(nginx):
    name = public_storage().save("course/covers/封面.webp", ContentFile(BODY))
    answer = ask(nginx + public_storage().url(name))
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["Content-Type"] == "image/webp"


def test_a_file_that_has_gone_is_a_404(url):
    private_storage().delete(NAME)
    assert ask(url).status_code == 404
