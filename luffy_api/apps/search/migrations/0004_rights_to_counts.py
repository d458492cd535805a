"""运营 sees what is searched and blocks words."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "blockedword": roles.ALL,
    "searchword": roles.VIEW,
    "searchday": roles.VIEW,
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("search", "0003_counts_and_locks")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "search", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
