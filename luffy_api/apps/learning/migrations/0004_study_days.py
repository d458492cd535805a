import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """How much each student watches on which day. Days before are not known."""

    dependencies = [
        ("course", "0018_price_in_index_of_students"),
        ("learning", "0003_full_width_labels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StudyDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("seconds", models.PositiveIntegerField(default=0, verbose_name="观看（秒）")),
                (
                    "course",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="study_days",
                        to="course.course",
                        verbose_name="课程",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="study_days",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="学员",
                    ),
                ),
            ],
            options={
                "verbose_name": "每日学习",
                "verbose_name_plural": "每日学习",
                "db_table": "luffy_study_day",
                "constraints": [
                    models.UniqueConstraint(fields=("day", "user", "course"), name="study_day_once")
                ],
            },
        ),
    ]
