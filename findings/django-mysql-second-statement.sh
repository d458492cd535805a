#!/usr/bin/env bash
# On MariaDB Django hides the error of the second statement of one `cursor.execute`.
#
# Version:  Django 5.2.19, mysqlclient 2.3.1, with a MariaDB server (10.11 seen).
# Expected: either text with two statements is refused, as Django's SQLite does, or the error of the second one
#           is raised as that of a single one is.
# Seen:     The driver allows several statements by default, and reports the first answer. The error of the
#           second one comes when the cursor asks for more, that is when it is closed: and Django's cursor
#           ignores every database error of close(). `with connection.cursor()` ends without a word, the first
#           row is there, the second is not. With the bare driver the same block raises IntegrityError.
# Matters:  Statements are put into one text to save round trips, or read from a file with SQL. A payment whose
#           second row is refused looks recorded, and what follows commits. Whoever does it must read all
#           answers by `nextset` before the block ends.
#
# Output seen (who | raised | rows that are there):
#   driver | IntegrityError | a
#   Django | - | a
#   Django, nextset | IntegrityError | a
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19 mysqlclient==2.3.1

export PATH=$PATH:/usr/sbin
options=(--no-defaults "--datadir=$folder/data" "--user=$(id -un)")
mariadb-install-db "${options[@]}" --auth-root-authentication-method=normal > "$folder/install.log"
mariadbd "${options[@]}" "--socket=$folder/socket" --skip-networking > "$folder/server.log" 2>&1 &
for _ in $(seq 100); do [[ -S $folder/socket ]] && break; sleep 0.2; done

cat > "$folder/two.py" <<'PYTHON'
import sys

import django
import MySQLdb
from django.conf import settings

server = {"unix_socket": sys.argv[1], "user": "root"}
with MySQLdb.connect(**server).cursor() as cursor:
    cursor.execute("CREATE DATABASE shop")
database = {"ENGINE": "django.db.backends.mysql", "NAME": "shop", "USER": "root", "HOST": sys.argv[1]}
settings.configure(DATABASES={"default": database})
django.setup()

from django.db import connection  # noqa: E402

TWO = "INSERT INTO line VALUES ('a'); INSERT INTO line VALUES ('a')"


def by_driver():
    driver = MySQLdb.connect(**server, database="shop", autocommit=True)
    with driver.cursor() as cursor:
        cursor.execute(TWO)


def by_django():
    with connection.cursor() as cursor:
        cursor.execute(TWO)


def by_django_to_the_end():
    with connection.cursor() as cursor:
        cursor.execute(TWO)
        while cursor.nextset():
            pass


for name, act in (("driver", by_driver), ("Django", by_django), ("Django, nextset", by_django_to_the_end)):
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE line (name varchar(10) PRIMARY KEY)")
    raised = "-"
    try:
        act()
    except Exception as error:
        raised = type(error).__name__
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM line")
        print(name, raised, " ".join(row[0] for row in cursor.fetchall()), sep=" | ")
PYTHON

"$folder/venv/bin/python" "$folder/two.py" "$folder/socket" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
