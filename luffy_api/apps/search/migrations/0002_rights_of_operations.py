"""运营 keeps the hot words."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "hotword": roles.ALL,
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("search", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "search", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
