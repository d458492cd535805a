from django.db import migrations, models


class Migration(migrations.Migration):
    """What announcements are written in; those that exist are Markdown."""

    dependencies = [
        ("school", "0006_rights_of_operations"),
    ]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="content_format",
            field=models.CharField(
                choices=[("html", "富文本"), ("markdown", "Markdown")],
                db_default="markdown",
                default="markdown",
                max_length=8,
                verbose_name="文字格式",
            ),
        ),
        migrations.AlterField(
            model_name="announcement",
            name="text",
            field=models.TextField(blank=True, help_text="可以不填", verbose_name="正文"),
        ),
    ]
