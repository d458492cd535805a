import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Notes of students under sections."""

    dependencies = [
        ('community', '0004_rights_on_questions'),
        ('course', '0023_source_of_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('position', models.PositiveIntegerField(blank=True, null=True, verbose_name='视频时间点（秒）')),
                ('text', models.TextField(max_length=2000, verbose_name='内容')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='course.course', verbose_name='课程')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='course.coursesection', verbose_name='课时')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_notes', to=settings.AUTH_USER_MODEL, verbose_name='学员')),
            ],
            options={
                'verbose_name': '笔记',
                'verbose_name_plural': '笔记',
                'db_table': 'luffy_note',
                'ordering': ['-id'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['user', 'course', 'id'], name='note_of_course'), models.Index(fields=['user', 'section', 'position', 'id'], name='note_of_section')],
            },
        ),
    ]
