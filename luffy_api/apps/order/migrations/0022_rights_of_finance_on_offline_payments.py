"""财务 records payments by hand, and confirms those of others."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"offlinepayment": ("view", "add", "change")}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0021_offline_payments")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
