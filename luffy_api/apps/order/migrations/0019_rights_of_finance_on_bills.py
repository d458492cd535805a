"""财务 sees bills, fetches them, and works through their differences."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "bill": ("view", "fetch"),
    "billline": roles.VIEW,
    "billdifference": ("view", "change"),
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0018_right_of_finance_to_refund")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
