#!/usr/bin/env bash
# A constraint that Django wrote itself stops its migrations on SQLite.
#
# Version:  Django 5.2.19 with SQLite (the sqlite3 of Python), sqlparse 0.6.1.
# Expected: CheckConstraint(condition=Q(state__in=[0, 1, 2])) is ordinary, and a later migration may drop
#           the unique_together of the same model.
# Seen:     To drop it Django looks up the constraint's name, and the introspection of SQLite raises
#           IndexError: to find collations it cuts the CREATE TABLE at every ", ", also inside CHECK …
#           IN (0, 1, 2), and expects a column's name after the first character of each piece. For `1`
#           nothing is left. Values of two digits and a range pass.
# Matters:  States are small numbers. Nothing is wrong until, perhaps years later, a migration removes the
#           unique_together; and inspectdb leaves such a table out. Until it is mended, write a range
#           (state__gte, state__lte) instead of state__in.
#
# Output seen (condition, step, outcome):
#   in 0, 1, 2 | create the table | done
#   in 0, 1, 2 | inspectdb | The error was: list index out of range
#   in 0, 1, 2 | drop unique_together | IndexError: list index out of range
#   in 10, 11, 12 | create the table | done
#   in 10, 11, 12 | inspectdb | a model
#   in 10, 11, 12 | drop unique_together | done
#   from 0 to 2 | create the table | done
#   from 0 to 2 | inspectdb | a model
#   from 0 to 2 | drop unique_together | done
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 sqlparse==0.6.1

cat > "$folder/migrate.py" <<'PYTHON'
import io

import django
from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()

from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import AlterUniqueTogether, CreateModel
from django.db.migrations.state import ProjectState
from django.db.models import CheckConstraint, Q


def apply(state, operation):
    """The state after this step of a migration of the app `shop`, and what came of it."""
    after = state.clone()
    operation.state_forwards("shop", after)
    try:
        with connection.schema_editor() as editor:
            operation.database_forwards("shop", editor, state, after)
    except IndexError as error:
        return after, f"IndexError: {error}"
    return after, "done"


def inspected(table):
    out = io.StringIO()
    call_command("inspectdb", table, stdout=out)
    return "a model" if "class " in out.getvalue() else out.getvalue().splitlines()[-1].lstrip("# ")


CONDITIONS = {
    "in 0, 1, 2": Q(state__in=[0, 1, 2]),
    "in 10, 11, 12": Q(state__in=[10, 11, 12]),
    "from 0 to 2": Q(state__gte=0, state__lte=2),
}
for number, (shown, condition) in enumerate(CONDITIONS.items()):
    create = CreateModel(
        f"Order{number}",
        [
            ("id", models.AutoField(primary_key=True)),
            ("shop", models.IntegerField()),
            ("state", models.IntegerField()),
        ],
        options={
            "unique_together": {("shop", "state")},
            "constraints": [CheckConstraint(condition=condition, name=f"known_state_{number}")],
        },
    )
    state, outcome = apply(ProjectState(), create)
    print(shown, "| create the table |", outcome)
    print(shown, "| inspectdb |", inspected(f"shop_order{number}"))
    print(shown, "| drop unique_together |", apply(state, AlterUniqueTogether(f"Order{number}", set()))[1])
PYTHON

"$folder/venv/bin/python" "$folder/migrate.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
