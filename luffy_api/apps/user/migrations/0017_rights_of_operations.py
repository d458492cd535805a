"""运营 sees what a student has connected, and may disconnect it."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("user", "0016_permissions_of_social_accounts")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "user", {"socialaccount": ("view", "delete")}),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
