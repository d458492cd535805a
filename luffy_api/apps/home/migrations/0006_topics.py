import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import luffy_api.common.renditions
from django.db import migrations, models


class Migration(migrations.Migration):
    """专题: pages with courses that somebody has chosen."""

    dependencies = [
        ('course', '0024_also_studied'),
        ('home', '0005_banner_phone_image'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('orders', models.PositiveIntegerField(default=100, help_text='数字小的排在前面', verbose_name='排序')),
                ('is_delete', models.BooleanField(default=False, editable=False, verbose_name='是否删除')),
                ('title', models.CharField(max_length=60, verbose_name='标题')),
                ('slug', models.CharField(help_text='专题页的地址是 /topic/ 加上它，如 double-11；发布之后不要再改', max_length=64, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(-[a-z0-9]+)*\\Z', '只用小写字母、数字和中间的连字符')], verbose_name='网址')),
                ('brief', models.CharField(help_text='显示在专题列表、搜索引擎和分享的链接里', max_length=120, verbose_name='一句话介绍')),
                ('cover', models.ImageField(help_text='宽是高的三倍，如 1920 × 640', upload_to='topic', verbose_name='横幅图片')),
                ('cover_set', luffy_api.common.renditions.RenditionsField(editable=False, null=True, of='cover', verbose_name='各种宽度的横幅图片')),
                ('text', models.TextField(blank=True, verbose_name='介绍')),
                ('content_format', models.CharField(choices=[('html', '富文本'), ('markdown', 'Markdown')], db_default='html', default='html', max_length=8, verbose_name='文字格式')),
                ('starts_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='开始时间')),
                ('ends_at', models.DateTimeField(blank=True, help_text='不填则一直显示', null=True, verbose_name='结束时间')),
                ('is_show', models.BooleanField(default=False, help_text='不勾选时是草稿，网站上看不到', verbose_name='发布')),
            ],
            options={
                'verbose_name': '专题',
                'verbose_name_plural': '专题',
                'db_table': 'luffy_topic',
                'ordering': ['orders', '-id'],
            },
        ),
        migrations.CreateModel(
            name='TopicCourse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('orders', models.PositiveIntegerField(default=100, help_text='数字小的排在前面', verbose_name='排序')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topic_entries', to='course.course', verbose_name='课程')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='home.topic')),
            ],
            options={
                'verbose_name': '专题课程',
                'verbose_name_plural': '专题课程',
                'db_table': 'luffy_topic_course',
                'ordering': ['orders', 'id'],
            },
        ),
        migrations.AddField(
            model_name='topic',
            name='courses',
            field=models.ManyToManyField(related_name='topics', through='home.TopicCourse', to='course.course', verbose_name='课程'),
        ),
        migrations.AddConstraint(
            model_name='topiccourse',
            constraint=models.UniqueConstraint(fields=('topic', 'course'), name='topic_course_once', violation_error_message='这门课程已经在专题里'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='topic_ends_after_start', violation_error_message='结束时间须晚于开始时间'),
        ),
    ]
