"""财务 sees payments and refunds."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"orderpayment": roles.VIEW, "refund": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0008_payments_of_orders")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
