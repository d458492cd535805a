"""gunicorn's settings that are the same everywhere: `--config python:luffy_api.gunicorn_config`.

Address, processes and threads are those of the caller.
"""

import os
import resource
from contextlib import suppress
from typing import Any
from wsgiref.util import setup_testing_defaults

from gunicorn.systemd import sd_notify

worker_class = "luffy_api.sendfile_worker.SendfileWorker"
# A pasted page in the search box is a long line, which search cuts; nginx limits it elsewhere.
limit_request_line = 0
timeout = 60
keepalive = 15
control_socket_disable = True
loglevel = "warning"

# What a terminal or a service may open at first is 1,024, which it may raise: each connection is
# one, and so is each file that is sent. Some systems name a limit that they do not have.
FILES = 65536
_files, _most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
if _files < FILES:
    with suppress(ValueError):
        more = FILES if _most_files == resource.RLIM_INFINITY else min(FILES, _most_files)
        resource.setrlimit(resource.RLIMIT_NOFILE, (more, _most_files))

# gunicorn reports that it is ready before a worker has loaded the shop. Without this variable it
# reports nothing.
_notify_socket = os.environ.pop("NOTIFY_SOCKET", None)


def post_worker_init(worker: Any) -> None:
    """Hook of gunicorn: the shop is loaded. The first worker makes the service ready."""
    _answer_one_request(worker.wsgi)
    if _notify_socket:
        os.environ["NOTIFY_SOCKET"] = _notify_socket
        sd_notify("READY=1", worker.log, unset_environment=True)


def _answer_one_request(application: Any) -> None:
    """Many visitors at once would otherwise wait for what the first request imports."""
    from django.conf import settings

    environ = {"PATH_INFO": "/healthz", "HTTP_HOST": settings.ALLOWED_HOSTS[0]}
    setup_testing_defaults(environ)
    answer = application(environ, lambda status, headers: None)
    list(answer)
    answer.close()
