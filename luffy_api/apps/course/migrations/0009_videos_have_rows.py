"""Columns that rows of `video` have replaced."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("course", "0008_is_playable"),
        ("video", "0003_videos_of_sections"),
    ]

    operations = [
        migrations.RemoveField(model_name="coursesection", name=name)
        for name in ("video", "hls", "poster", "media_state", "media_note", "video_plays")
    ]
