"""运营 imports what it may change by hand."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"import": ("view", "add")}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("dashboard", "0001_imports")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "dashboard", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
