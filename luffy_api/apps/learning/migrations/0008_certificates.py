import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """结课证书: what students have finished, as it is printed."""

    dependencies = [
        ('course', '0026_gives_certificate'),
        ('learning', '0007_done_before'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CourseCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('number', models.CharField(max_length=26, unique=True, verbose_name='证书编号')),
                ('name', models.CharField(max_length=30, verbose_name='姓名')),
                ('course_name', models.CharField(max_length=128, verbose_name='课程名称')),
                ('teacher_name', models.CharField(max_length=32, verbose_name='讲师')),
                ('school_name', models.CharField(max_length=30, verbose_name='颁发学校')),
                ('sections', models.PositiveIntegerField(verbose_name='学完课时')),
                ('issued_at', models.DateTimeField(verbose_name='颁发时间')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='吊销时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='吊销原因')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='course.course', verbose_name='课程')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to=settings.AUTH_USER_MODEL, verbose_name='学员')),
            ],
            options={
                'verbose_name': '结课证书',
                'verbose_name_plural': '结课证书',
                'db_table': 'luffy_course_certificate',
                'ordering': ['-id'],
                'permissions': [('manage_coursecertificate', '吊销、恢复和更正结课证书')],
                'default_permissions': ['view'],
                'constraints': [models.UniqueConstraint(fields=('user', 'course'), name='certificate_once_per_course'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('revoked_at__isnull', True)), models.Q(('revoked_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='certificate_revoked_for_a_reason')],
            },
        ),
    ]
