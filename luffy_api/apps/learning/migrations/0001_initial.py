"""The table of progress, which `course` made, belongs to this app."""

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
                    name='SectionProgress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                        ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                        ('position', models.PositiveIntegerField(default=0, verbose_name='播放位置(秒)')),
                        ('watched', models.PositiveIntegerField(default=0, verbose_name='已观看(秒)')),
                        ('allowance', models.PositiveIntegerField(default=0, verbose_name='可计入的观看时间(毫秒)')),
                        ('reported_at', models.DateTimeField(blank=True, null=True, verbose_name='最近上报')),
                        ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='progress', to='course.coursesection')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='progress', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '学习进度',
                        'verbose_name_plural': '学习进度',
                        'db_table': 'luffy_section_progress',
                        'indexes': [models.Index(fields=['user', 'updated_time'], name='progress_latest')],
                        'constraints': [models.UniqueConstraint(fields=('user', 'section'), name='progress_once_per_section')],
                    },
                ),
            ]
        ),
    ]
