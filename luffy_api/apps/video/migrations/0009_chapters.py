import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("course", "0019_view_days"),
        ("video", "0008_subtitles"),
    ]

    operations = [
        migrations.CreateModel(
            name="VideoChapter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveIntegerField(verbose_name="开始（秒）")),
                ("title", models.CharField(max_length=60, verbose_name="标题")),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="video_chapters",
                        to="course.coursesection",
                        verbose_name="课时",
                    ),
                ),
            ],
            options={
                "verbose_name": "视频分段",
                "verbose_name_plural": "视频分段",
                "db_table": "luffy_video_chapter",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("section", "start"), name="video_chapter_once"
                    )
                ],
            },
        ),
    ]
