"""Both roles see the figures, each the blocks of what it may see."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"dailyfigures": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("dashboard", "0006_daily_figures")]

    operations = [
        migrations.RunPython(
            roles.grant(role, "dashboard", RIGHTS), migrations.RunPython.noop, elidable=False
        )
        for role in (roles.OPERATIONS, roles.FINANCE)
    ]
