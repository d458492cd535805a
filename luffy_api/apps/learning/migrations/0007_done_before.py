"""What was watched to nine tenths is done, also when its video becomes longer later.

Rows that the old code writes meanwhile are filled at their next report; until then what was watched
counts (learning/completion.py).
"""

from typing import Any

from django.db import migrations
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual

CHUNK = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("learning", "SectionProgress").objects.using(
        schema_editor.connection.alias
    )
    nine_tenths = GreaterThanOrEqual(F("watched") * 10, F("section__duration") * 9)
    watched = rows.filter(Q(nine_tenths), done_at=None, section__duration__gt=0)
    last = 0
    while pks := list(
        watched.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        rows.filter(pk__in=pks, done_at=None).update(done_at=F("updated_time"))
        last = pks[-1]


class Migration(migrations.Migration):
    dependencies = [("learning", "0006_done_and_answers")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
