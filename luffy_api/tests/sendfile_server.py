"""A real gunicorn with SendfileWorker, and clients that take their time."""

import http.client
import random
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

VIDEO = random.Random(5).randbytes(6 * 1024 * 1024)


@contextmanager
def running_server(folder, *options):
    """A server with two threads and a video in the public storage."""
    (folder / "media").mkdir()
    (folder / "media" / "video.mp4").write_bytes(VIDEO)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["prlimit", "--nofile=400:400"]
    command += [sys.executable, "-m", "gunicorn", "luffy_api.tests.busy_wsgi", "--threads", "2"]
    command += ["--config", "python:luffy_api.gunicorn_config", "--bind", f"127.0.0.1:{port}"]
    command += ["--graceful-timeout", "2", *options]
    environment = {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev"}
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL
    )
    process.port = port
    try:
        wait_for(lambda: ask(process, "/healthz").status == 200)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def wait_for(true, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if true():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it never happened")


def ask(server, path, method="GET", connection=None, **headers):
    """The answer with all its bytes as `body`."""
    own = connection or http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        own.request(method, path, headers=headers)
        answer = own.getresponse()
        answer.body = answer.read()
    finally:
        if connection is None:
            own.close()
    return answer


def slow_reader(server, path):
    """Somebody who asks for something and takes nothing of it yet."""
    reader = socket.socket()
    reader.settimeout(20)
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    reader.connect(("127.0.0.1", server.port))
    reader.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % path.encode())
    assert reader.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"
    return reader


GET = b"GET /api/v1/nowhere/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = GET.replace(b"GET", b"POST") + b"Content-Type: application/json\r\n"
BODY = b'{"username": "nobody", "password": "wrong"}'
WHOLE = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def connected(server, stack):
    return stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))


def is_served_at_once(server):
    """Within seconds that a busy machine may need itself."""
    began = time.monotonic()
    assert ask(server, "/api/v1/nowhere/").status == 404
    return time.monotonic() - began < 8


def answers_to(sock, number):
    """The status of each, read to its end."""
    reader, statuses = sock.makefile("rb"), []
    for _ in range(number):
        statuses.append(int(reader.readline().split()[1]))
        length = 0
        while (line := reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        reader.read(length)
    return statuses


def children(server):
    return Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
