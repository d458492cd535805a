from django.db import migrations, models


class Migration(migrations.Migration):
    """A code belongs to an app, and stands for a person at all of them."""

    dependencies = [
        ("wechatpay_sandbox", "0002_full_width_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="wechatcode",
            name="app_id",
            field=models.CharField(db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="wechatcode",
            name="unionid",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
    ]
