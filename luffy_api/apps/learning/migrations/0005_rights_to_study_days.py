"""运营 sees who watched how much on which day."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"studyday": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("learning", "0004_study_days")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "learning", RIGHTS),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
