"""运营 and 财务 see alerts and the runs of jobs."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"alert": roles.VIEW, "jobrun": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("monitoring", "0002_alerts")]

    operations = [
        migrations.RunPython(
            roles.grant(role, "monitoring", RIGHTS), migrations.RunPython.noop, elidable=False
        )
        for role in (roles.OPERATIONS, roles.FINANCE)
    ]
