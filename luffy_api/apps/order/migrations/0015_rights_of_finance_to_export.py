"""财务 exports orders, payments, refunds and invoices."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"orderexport": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0014_export_page")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
