"""财务 sets the rule of refunds."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"schoolsettings": ("view", "change")}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("school", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "school", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
