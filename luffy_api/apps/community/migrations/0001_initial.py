import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Ratings of courses, their numbers, and the words that keep a text waiting for staff."""

    initial = True

    dependencies = [
        ('course', '0022_ratings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CourseRatings',
            fields=[
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rating_counts', serialize=False, to='course.course')),
                ('stars_1', models.PositiveIntegerField(default=0, verbose_name='1 星')),
                ('stars_2', models.PositiveIntegerField(default=0, verbose_name='2 星')),
                ('stars_3', models.PositiveIntegerField(default=0, verbose_name='3 星')),
                ('stars_4', models.PositiveIntegerField(default=0, verbose_name='4 星')),
                ('stars_5', models.PositiveIntegerField(default=0, verbose_name='5 星')),
            ],
            options={
                'verbose_name': '课程评价数',
                'verbose_name_plural': '课程评价数',
                'db_table': 'luffy_course_ratings',
            },
        ),
        migrations.CreateModel(
            name='FilteredWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(help_text='含有它的内容先由工作人员审核；大小写、全角半角、空格和标点不影响匹配', max_length=32, unique=True, verbose_name='敏感词')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
            ],
            options={
                'verbose_name': '敏感词',
                'verbose_name_plural': '敏感词',
                'db_table': 'luffy_filtered_word',
                'ordering': ['word'],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('stars', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='星级')),
                ('text', models.TextField(blank=True, max_length=1000, verbose_name='评价内容')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='修改时间')),
                ('state', models.PositiveSmallIntegerField(choices=[(1, '已展示'), (2, '待审核'), (3, '已隐藏')], default=1, verbose_name='状态')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='隐藏原因')),
                ('answer', models.TextField(blank=True, max_length=1000, verbose_name='回复')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='回复时间')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='回复人')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='course.course', verbose_name='课程')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to=settings.AUTH_USER_MODEL, verbose_name='学员')),
            ],
            options={
                'verbose_name': '课程评价',
                'verbose_name_plural': '课程评价',
                'db_table': 'luffy_rating',
                'ordering': ['-id'],
                'permissions': [('moderate_rating', '审核评价'), ('answer_rating', '回复评价')],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['course', 'state', 'id'], name='rating_page'), models.Index(fields=['course', 'state', 'stars', 'id'], name='rating_stars_page'), models.Index(fields=['state', 'id'], name='rating_state')],
                'constraints': [models.UniqueConstraint(fields=('user', 'course'), name='rating_once_per_course'), models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='rating_one_to_five_stars', violation_error_message='星级为 1 到 5')],
            },
        ),
    ]
