"""运营 makes coupons and codes, and sees what became of them; 财务 sees all of it."""

from django.db import migrations

from luffy_api.common import roles

OPERATIONS = {
    "coupon": roles.ALL,
    "codebatch": ("view", "add", "change"),
    "claim": roles.VIEW,
    "redemption": roles.VIEW,
}
FINANCE = {"coupon": roles.VIEW, "claim": roles.VIEW, "redemption": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("promotion", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "promotion", OPERATIONS),
            migrations.RunPython.noop,
            elidable=False,
        ),
        migrations.RunPython(
            roles.grant(roles.FINANCE, "promotion", FINANCE),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
