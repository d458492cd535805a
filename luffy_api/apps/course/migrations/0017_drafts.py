"""A new course is a draft; who confirmed that one of a paid kind costs nothing.

Courses keep their status: what is on sale stays so.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("course", "0016_fill_listing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="course",
            name="status",
            field=models.SmallIntegerField(
                choices=[(0, "上线"), (1, "下线"), (2, "预上线")], default=1, verbose_name="状态"
            ),
        ),
        migrations.AddField(
            model_name="course",
            name="zero_price_confirmed_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="0 元价格确认时间"
            ),
        ),
        migrations.AddField(
            model_name="course",
            name="zero_price_confirmed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="0 元价格确认人",
            ),
        ),
    ]
