from django.db import migrations, models


class Migration(migrations.Migration):
    """The figures of the school sum what happened on a day, and ask what was heard of since."""

    dependencies = [
        ("order", "0025_full_width_texts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["created_time", "order_status"], name="order_placed"),
        ),
        migrations.AlterField(
            model_name="orderpayment",
            name="created_time",
            field=models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="入账时间"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["status", "finished_at"], name="refund_finished"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["status", "updated_time"], name="refund_changed"),
        ),
    ]
