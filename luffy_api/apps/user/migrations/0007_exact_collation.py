"""MariaDB compares texts as Python does: 𠮷田 and 𡃁田 are two names.

Tables of every app are converted, and what later migrations create follows the database's default.
utf8mb4_bin takes fewer texts for equal than what was before, so no unique value becomes a duplicate.
"""

from django.db import migrations

from luffy_api.common.mysql.collation import make_exact


def convert(apps, schema_editor):
    if schema_editor.connection.vendor == "mysql":
        make_exact(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("user", "0006_row_of_the_sms_lock")]

    operations = [migrations.RunPython(convert, migrations.RunPython.noop, elidable=False)]
