from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether students get a certificate for a course that they have finished."""

    dependencies = [
        ('course', '0025_section_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='course',
            name='gives_certificate',
            field=models.BooleanField(db_default=True, default=True, help_text='学员学完全部课时后可以领取结课证书；课程还没有更新完时请先关闭，免得学完一部分就领取。关闭后不再颁发，已颁发的仍然有效', verbose_name='颁发结课证书'),
        ),
    ]
