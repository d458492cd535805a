#!/usr/bin/env bash
# Two test clients of Django in two threads: each one's `response.context` is also that of the other.
#
# Version:  Django 5.2.19.
# Expected: `response.context` holds what this response was rendered with.
# Seen:     a client listens to the signal of rendered templates, and the signal is one for the whole process:
#           of two clients whose requests overlap, each collects the contexts of both pages, in the order in
#           which they were rendered. `context["name"]` then is the value of the first page for both. The body of
#           each response is its own.
# Matters:  A test of simultaneous clicks that takes the CSRF token out of the context posts somebody else's
#           token, now and then: 403 instead of the race it is about. Read the token from the page.
#
# Output seen (who asked, name in the body, name in the context, contexts collected):
#   one | one | one | 2
#   two | two | one | 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19

cat > "$folder/ask.py" <<'PYTHON'
import threading

import django
from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Engine
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import path

together = threading.Barrier(2, timeout=20)
first_is_rendered = threading.Event()


def page(request, name):
    together.wait()  # both requests are under way
    if name == "two":
        first_is_rendered.wait(20)
    text = Engine().from_string("{{ name }}").render(Context({"name": name}))
    first_is_rendered.set()
    together.wait()  # none ends before both are rendered
    return HttpResponse(text)


urlpatterns = [path("<name>/", page)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
django.setup()
setup_test_environment()
answers = {}


def ask(name):
    answers[name] = Client().get(f"/{name}/")


threads = [threading.Thread(target=ask, args=[name]) for name in ("one", "two")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for name in ("one", "two"):
    contexts = answers[name].context
    print(name, answers[name].content.decode(), contexts["name"], len(contexts), sep=" | ")
PYTHON

"$folder/venv/bin/python" "$folder/ask.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
