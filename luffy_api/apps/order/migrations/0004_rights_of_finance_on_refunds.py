"""财务 sees what is to be given back, and how well Alipay answers."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"refunddueorder": roles.VIEW, "gatewaycounter": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0003_payment_truth")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
