"""The tables of uploads and transcoding jobs, which `course` made, belong to this app."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('course', '0005_search_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='TranscodingJob',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                        ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                        ('source', models.CharField(max_length=255, verbose_name='视频')),
                        ('state', models.SmallIntegerField(choices=[(0, '等待中'), (1, '进行中'), (2, '已完成'), (3, '失败')], default=0, verbose_name='状态')),
                        ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='进度(%)')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                        ('heartbeat', models.DateTimeField(blank=True, null=True, verbose_name='最近活动')),
                        ('persistent_id', models.CharField(blank=True, max_length=128, verbose_name='存储方的任务编号')),
                        ('output', models.CharField(blank=True, max_length=255, verbose_name='存储方的输出目录')),
                        ('error', models.CharField(blank=True, max_length=255, verbose_name='原因')),
                        ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='course.coursesection', verbose_name='课时')),
                    ],
                    options={
                        'verbose_name': '视频处理',
                        'verbose_name_plural': '视频处理',
                        'db_table': 'luffy_video_job',
                        'indexes': [models.Index(fields=['state', 'id'], name='job_queue')],
                        'constraints': [models.UniqueConstraint(fields=('section', 'source'), name='job_once_per_film')],
                    },
                ),
                migrations.CreateModel(
                    name='VideoUpload',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                        ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                        ('filename', models.CharField(max_length=200, verbose_name='文件名')),
                        ('size', models.PositiveBigIntegerField(verbose_name='大小(字节)')),
                        ('provider', models.CharField(max_length=16, verbose_name='存储')),
                        ('key', models.CharField(max_length=255, unique=True, verbose_name='存储路径')),
                        ('upload_id', models.TextField(blank=True, verbose_name='存储方的上传编号')),
                        ('part_size', models.PositiveIntegerField(verbose_name='分片大小(字节)')),
                        ('state', models.SmallIntegerField(choices=[(1, '上传中'), (2, '已完成'), (3, '未通过检查'), (4, '已取消'), (5, '已过期')], default=1, verbose_name='状态')),
                        ('error', models.CharField(blank=True, max_length=255, verbose_name='原因')),
                        ('expires_at', models.DateTimeField(verbose_name='有效期至')),
                        ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='course.coursesection', verbose_name='课时')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传者')),
                    ],
                    options={
                        'verbose_name': '视频上传',
                        'verbose_name_plural': '视频上传',
                        'db_table': 'luffy_video_upload',
                        'indexes': [models.Index(fields=['state', 'expires_at'], name='upload_expiring'), models.Index(fields=['section', 'user', 'state'], name='upload_to_resume')],
                    },
                ),
            ]
        ),
    ]
