from django.db import migrations


class Migration(migrations.Migration):
    """Staff may have rights to see what students have connected, and to end it."""

    dependencies = [("user", "0015_social_accounts")]

    operations = [
        migrations.AlterModelOptions(
            name="socialaccount",
            options={
                "default_permissions": ("view", "delete"),
                "ordering": ["id"],
                "verbose_name": "第三方账号",
                "verbose_name_plural": "第三方账号",
            },
        ),
    ]
