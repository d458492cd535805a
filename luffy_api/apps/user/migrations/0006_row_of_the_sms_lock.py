"""The row that senders of text messages lock is there from the beginning.

Made by the first sender, it cost simultaneous first senders on MariaDB a deadlock each: an UPDATE
that finds no row locks the gap in which all of them want to insert it.
"""

from django.db import migrations


def make_row(apps, schema_editor):
    lock = apps.get_model("user", "SmsSendLock")
    lock.objects.using(schema_editor.connection.alias).get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("user", "0005_captcha")]

    operations = [migrations.RunPython(make_row, migrations.RunPython.noop, elidable=False)]
