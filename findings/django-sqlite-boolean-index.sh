#!/usr/bin/env bash
# `filter(flag=True)` of Django does not use the index that begins with the flag, on SQLite.
#
# Version:  Django 5.2.19, with the SQLite of the machine's Python (3.40 and later seen).
# Expected: a filter by an indexed boolean is a search in that index, and rows come in its order.
# Seen:     Django leaves the comparison out (`WHERE "flag"`), since a boolean column is a condition already. To
#           SQLite that is an expression, not `flag = 1`: it reads the whole table and sorts it. The same
#           filter with `Value(True)` is written with a comparison and uses the index.
#           `filter(flag=False)` becomes `NOT "flag"` and reads everything, too.
# Matters:  A list of what is on sale, with an index made for exactly that filter and order, reads the whole
#           catalogue. Nothing tells: the answer is right, and on MariaDB the index is used.
#
# Output seen (filter | condition | plan):
#   flag=True | "course"."flag" | SCAN course + USE TEMP B-TREE FOR ORDER BY
#   flag=False | NOT "course"."flag" | SCAN course + USE TEMP B-TREE FOR ORDER BY
#   flag=Value(True) | "course"."flag" = %s | SEARCH course USING COVERING INDEX course_flag (flag=?)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19

cat > "$folder/plan.py" <<'PYTHON'
import django
from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()

from django.db import connection, models  # noqa: E402
from django.db.models import Value  # noqa: E402


class Course(models.Model):
    flag = models.BooleanField()
    place = models.IntegerField()

    class Meta:
        app_label = "shop"
        db_table = "course"
        indexes = [models.Index(fields=["flag", "place", "id"], name="course_flag")]


with connection.schema_editor() as editor:
    editor.create_model(Course)
Course.objects.bulk_create(Course(flag=number % 10 == 0, place=number) for number in range(5000))
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
for name, value in (("True", True), ("False", False), ("Value(True)", Value(True))):
    rows = Course.objects.filter(flag=value).order_by("place", "id").values("id")
    sql, params = rows.query.sql_with_params()
    condition = sql.partition(" WHERE ")[2].partition(" ORDER ")[0]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
        plan = " + ".join(row[3] for row in cursor.fetchall())
    print(f"flag={name}", condition, plan, sep=" | ")
PYTHON

"$folder/venv/bin/python" "$folder/plan.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
