import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How often the page of a course is opened on a day."""

    dependencies = [
        ("course", "0018_price_in_index_of_students"),
    ]

    operations = [
        migrations.CreateModel(
            name="CourseViewDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("views", models.PositiveIntegerField(default=0, verbose_name="浏览")),
                (
                    "course",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="view_days",
                        to="course.course",
                    ),
                ),
            ],
            options={
                "db_table": "luffy_course_view_day",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "course"), name="course_view_day_once"
                    )
                ],
            },
        ),
    ]
