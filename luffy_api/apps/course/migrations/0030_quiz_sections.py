from django.db import migrations, models


class Migration(migrations.Migration):
    """Sections that are quizzes, and how many questions they have."""

    dependencies = [
        ("course", "0029_study_period"),
    ]

    operations = [
        migrations.AddField(
            model_name="coursesection",
            name="question_count",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="题数"
            ),
        ),
        migrations.AlterField(
            model_name="coursesection",
            name="content",
            field=models.TextField(
                blank=True,
                help_text="文档与练习的文字；测验题目前面的说明",
                verbose_name="文字内容",
            ),
        ),
        migrations.AlterField(
            model_name="coursesection",
            name="section_type",
            field=models.SmallIntegerField(
                choices=[(0, "文档"), (1, "练习"), (2, "视频"), (3, "测验")],
                default=2,
                verbose_name="课时种类",
            ),
        ),
    ]
