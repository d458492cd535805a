"""财务 sees invoices, and issues, rejects and reverses them."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"invoice": ("view", "change"), "invoiceorder": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0012_payment_credentials")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
