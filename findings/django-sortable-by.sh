#!/usr/bin/env bash
# Django's admin sorts by columns that `sortable_by` has taken away, if the address asks for it.
#
# Version:  Django 5.2.19.
# Expected: `sortable_by = ()` on a ModelAdmin means that its list is sorted in the one order it has: it is the
#           setting against the sorting of large tables.
# Seen:     The links in the head of the table are gone, but the list still reads `?o=` of the address and sorts
#           by any of its columns, several of them too.
# Matters:  A list of a million messages has no sorting that anybody can click, and an old bookmark or a crawled
#           address such as ?o=2.-3 sorts all of it, without an index, until the database gives up. Whoever means
#           "never" has to refuse it in ChangeList.get_ordering_field.
#
# Output seen (sortable_by, links in the head, ORDER BY for ?o=1 and for ?o=-2.1):
#   None | 2 | title, id | text, title, id
#   () | 0 | title, id | text, title, id
#   ('title',) | 1 | title, id | text, title, id
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19

mkdir "$folder/shop"
touch "$folder/shop/__init__.py"
cat > "$folder/shop/models.py" <<'PYTHON'
from django.db import models


class Message(models.Model):
    title = models.CharField(max_length=60)
    text = models.TextField()
PYTHON

cat > "$folder/sort.py" <<'PYTHON'
import re

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        *("django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes"),
        *("django.contrib.messages", "django.contrib.sessions", "shop"),
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="x" * 50,
    STATIC_URL="/static/",
)
django.setup()

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import path
from shop.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["title", "text"]


urlpatterns = [path("admin/", admin.site.urls)]
setup_test_environment()
call_command("migrate", run_syncdb=True, verbosity=0)
client = Client()
client.force_login(User.objects.create_superuser("owner"))
Message.objects.create(title="b", text="a"), Message.objects.create(title="a", text="b")


def order(address):
    """The columns of ORDER BY of the list at this address."""
    sql = str(client.get(f"/admin/shop/message/{address}").context["cl"].queryset.query)
    return ", ".join(re.findall(r'"(\w+)" (?:ASC|DESC)', sql.partition("ORDER BY")[2]))


for sortable in (None, (), ("title",)):
    MessageAdmin.sortable_by = sortable
    links = client.get("/admin/shop/message/").content.decode().count('class="sortable')
    print(sortable, "|", links, "|", order("?o=1"), "|", order("?o=-2.1"))
PYTHON

(cd "$folder" && venv/bin/python sort.py) | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
