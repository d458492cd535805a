"""运营 keeps the banners."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "banner": roles.ALL,
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("home", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "home", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
