"""A job names its video only."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("video", "0003_videos_of_sections")]

    operations = [
        migrations.RemoveConstraint(model_name='transcodingjob', name='job_once_per_film'),
        migrations.RemoveField(model_name='transcodingjob', name='section'),
        migrations.RemoveField(model_name='transcodingjob', name='source'),
        migrations.AlterField(
            model_name='transcodingjob',
            name='video',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='job', to='video.video', verbose_name='视频'),
        ),
    ]
