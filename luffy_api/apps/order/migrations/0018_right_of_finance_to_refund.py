"""财务 decides about refunds and starts them."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"refund": ("view", "change")}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0017_index_of_refunds")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
