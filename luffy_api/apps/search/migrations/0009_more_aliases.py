"""More names of things, for shops that have the first ones already."""

from pathlib import Path

from django.db import migrations

SHIPPED = Path(__file__).resolve().parent.parent / "more_shipped_aliases.txt"


def add_shipped(apps, schema_editor):
    alias = apps.get_model("search", "SearchAlias")
    rows = []
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        both_ways = " = " in line
        said, _, meaning = line.partition(" = " if both_ways else " > ")
        rows.append(alias(alias=said, meaning=meaning, both_ways=both_ways))
    # The school may have some of them.
    aliases = alias.objects.using(schema_editor.connection.alias)
    aliases.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("search", "0008_rights_to_aliases")]

    operations = [
        migrations.RunPython(add_shipped, migrations.RunPython.noop, elidable=False),
    ]
