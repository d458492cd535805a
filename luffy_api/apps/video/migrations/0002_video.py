"""A video is a row of its own beside its section, and a transcoding job belongs to one."""

import django.db.models.deletion
from django.db import migrations, models

import luffy_api.apps.video.models
import luffy_api.libs.storage


class Migration(migrations.Migration):
    dependencies = [
        ("course", "0008_is_playable"),
        ("video", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='Video',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='videos', to='course.coursesection', verbose_name='课时')),
                ('file', models.FileField(blank=True, max_length=255, storage=luffy_api.libs.storage.private_storage, upload_to=luffy_api.apps.video.models.video_path, verbose_name='视频')),
                ('hls', models.CharField(blank=True, max_length=255, verbose_name='HLS 播放列表')),
                ('poster', models.CharField(blank=True, max_length=255, verbose_name='视频封面')),
                ('duration', models.PositiveIntegerField(default=0, verbose_name='时长(秒)')),
                ('plays_natively', models.BooleanField(default=False, verbose_name='原视频可播放')),
                ('state', models.SmallIntegerField(choices=[(2, '转码中'), (3, '可播放'), (4, '失败')], default=2, verbose_name='视频状态')),
                ('note', models.CharField(blank=True, max_length=255, verbose_name='视频说明')),
                ('is_current', models.BooleanField(default=False, verbose_name='当前视频')),
                ('current_section', models.GeneratedField(db_persist=True, expression=models.Case(models.When(is_current=True, then=models.F('section_id')), default=None), output_field=models.BigIntegerField(null=True), unique=True)),
            ],
            options={
                'verbose_name': '视频',
                'verbose_name_plural': '视频',
                'db_table': 'luffy_video',
            },
        ),
        migrations.AddField(
            model_name='transcodingjob',
            name='video',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='job', to='video.video', verbose_name='视频'),
        ),
    ]
