import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Questions under sections, their answers, and reports of both."""

    dependencies = [
        ('community', '0002_rights_on_ratings'),
        ('course', '0023_source_of_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='修改时间')),
                ('state', models.PositiveSmallIntegerField(choices=[(1, '已展示'), (2, '待审核'), (3, '已隐藏')], default=1, verbose_name='状态')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='隐藏原因')),
                ('report_count', models.PositiveIntegerField(default=0, verbose_name='举报数')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('text', models.TextField(blank=True, max_length=2000, verbose_name='内容')),
                ('position', models.PositiveIntegerField(blank=True, null=True, verbose_name='视频时间点（秒）')),
                ('answer_count', models.PositiveIntegerField(default=0, verbose_name='回答数')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='course.course', verbose_name='课程')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='course.coursesection', verbose_name='课时')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='作者')),
            ],
            options={
                'verbose_name': '提问',
                'verbose_name_plural': '提问',
                'db_table': 'luffy_question',
                'ordering': ['-id'],
                'permissions': [('moderate_question', '审核问答'), ('answer_question', '回答提问')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('text', models.TextField(max_length=2000, verbose_name='内容')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='修改时间')),
                ('state', models.PositiveSmallIntegerField(choices=[(1, '已展示'), (2, '待审核'), (3, '已隐藏')], default=1, verbose_name='状态')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='隐藏原因')),
                ('report_count', models.PositiveIntegerField(default=0, verbose_name='举报数')),
                ('author_role', models.PositiveSmallIntegerField(choices=[(1, '学员'), (2, '讲师'), (3, '学校')], default=1, verbose_name='身份')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='作者')),
                ('accepted_for', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='accepted_answer', to='community.question')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='community.question', verbose_name='提问')),
            ],
            options={
                'verbose_name': '回答',
                'verbose_name_plural': '回答',
                'db_table': 'luffy_answer',
                'ordering': ['-id'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='community.answer')),
                ('question', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='community.question')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='学员')),
            ],
            options={
                'verbose_name': '举报',
                'verbose_name_plural': '举报',
                'db_table': 'luffy_report',
                'ordering': ['-id'],
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['section', 'state', 'id'], name='question_of_section'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['course', 'state', 'id'], name='question_of_course'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['state', 'answer_count', 'id'], name='question_unanswered'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['report_count'], name='question_reported'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['question', 'state', '-accepted_for', 'id'], name='answer_of_question'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['state', 'id'], name='answer_state'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['report_count'], name='answer_reported'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_for', None), ('accepted_for', models.F('question')), _connector='OR'), name='answer_accepted_for_its_question'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_for', None), ('state', 1), _connector='OR'), name='answer_accepted_is_shown'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('user', 'question'), name='report_question_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('user', 'answer'), name='report_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', False), ('question', None)), models.Q(('answer', None), ('question__isnull', False)), _connector='OR'), name='report_of_one'),
        ),
    ]
