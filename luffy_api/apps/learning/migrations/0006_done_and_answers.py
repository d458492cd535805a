import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """When a section was done, which is never taken back; answers to exercises."""

    dependencies = [
        ("learning", "0005_rights_to_study_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sectionprogress",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="学完时间"),
        ),
        migrations.CreateModel(
            name="SectionAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_time", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                ("updated_time", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("text", models.TextField(verbose_name="答案")),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="course.coursesection",
                        verbose_name="练习",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="学员",
                    ),
                ),
            ],
            options={
                "verbose_name": "练习答案",
                "verbose_name_plural": "练习答案",
                "db_table": "luffy_section_answer",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "section"), name="answer_once_per_section"
                    )
                ],
            },
        ),
    ]
