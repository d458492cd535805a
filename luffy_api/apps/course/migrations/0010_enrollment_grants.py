"""Each reason for an enrollment becomes a row; the enrollment keeps none itself.

It cannot be reversed: an enrollment with several reasons has no place for them. Restore a backup.
"""

import itertools

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


BATCH = 1000


def grants_of_enrollments(apps, schema_editor):
    """Every enrollment had one reason, which began when it did."""
    enrollments = apps.get_model("course", "Enrollment").objects.using(
        schema_editor.connection.alias
    )
    Grant = apps.get_model("course", "EnrollmentGrant")
    rows = enrollments.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(itertools.islice(rows, BATCH)):
        Grant.objects.using(schema_editor.connection.alias).bulk_create(
            Grant(
                user_id=row.user_id,
                course_id=row.course_id,
                source=row.source,
                reference=row.out_trade_no,
                starts_at=row.created_time,
            )
            for row in batch
        )


class Migration(migrations.Migration):

    dependencies = [
        ('course', '0009_videos_have_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EnrollmentGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('source', models.SmallIntegerField(choices=[(0, '免费加入'), (1, '购买'), (2, '后台赠送')], verbose_name='来源')),
                ('reference', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='订单号')),
                ('starts_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='开始时间')),
                ('ends_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='结束时间')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollment_grants', to='course.course', verbose_name='课程')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollment_grants', to=settings.AUTH_USER_MODEL, verbose_name='学员')),
            ],
            options={
                'verbose_name': '课程授权',
                'verbose_name_plural': '课程授权',
                'db_table': 'luffy_enrollment_grant',
                'constraints': [models.UniqueConstraint(fields=('user', 'course', 'source', 'reference'), name='enrollment_grant_once')],
            },
        ),
        migrations.RunPython(grants_of_enrollments, elidable=True),
        migrations.RemoveField(
            model_name='enrollment',
            name='out_trade_no',
        ),
        migrations.RemoveField(
            model_name='enrollment',
            name='source',
        ),
    ]
