from django.db import migrations, models

FORMATS = [("html", "富文本"), ("markdown", "Markdown")]


class Migration(migrations.Migration):
    """What texts are written in. Rows that exist are what they were taken for."""

    dependencies = [
        ("course", "0019_view_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="content_format",
            field=models.CharField(
                choices=FORMATS,
                db_default="html",
                default="html",
                max_length=8,
                verbose_name="文字格式",
            ),
        ),
        migrations.AddField(
            model_name="coursesection",
            name="content_format",
            field=models.CharField(
                choices=FORMATS,
                db_default="markdown",
                default="markdown",
                max_length=8,
                verbose_name="文字格式",
            ),
        ),
        migrations.AlterField(
            model_name="course",
            name="detail",
            field=models.TextField(blank=True, verbose_name="详情介绍"),
        ),
        migrations.AlterField(
            model_name="coursesection",
            name="content",
            field=models.TextField(
                blank=True, help_text="文档与练习的文字", verbose_name="文字内容"
            ),
        ),
        migrations.AlterField(
            model_name="coursesection",
            name="answer",
            field=models.TextField(
                blank=True, help_text="练习的参考答案，学员点开后才显示", verbose_name="参考答案"
            ),
        ),
    ]
