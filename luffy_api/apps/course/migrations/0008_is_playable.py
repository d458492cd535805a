"""What the catalogue shows of a section's video; `video` fills it from its own rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("course", "0007_processed_at")]

    operations = [
        migrations.AddField(
            model_name="coursesection",
            name="is_playable",
            field=models.BooleanField(default=False, editable=False, verbose_name="视频可播放"),
        ),
    ]
