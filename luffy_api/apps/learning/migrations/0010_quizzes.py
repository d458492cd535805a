import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Quizzes, their questions, and what students have answered."""

    dependencies = [
        ("course", "0030_quiz_sections"),
        ("learning", "0009_rights_on_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Quiz",
            fields=[
                ("created_time", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                ("updated_time", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "section",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="quiz",
                        serialize=False,
                        to="course.coursesection",
                        verbose_name="课时",
                    ),
                ),
                (
                    "pass_percent",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="得分达到满分的这个比例即通过，通过后课时记为学完",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="及格线（%）",
                    ),
                ),
                (
                    "max_attempts",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="0 表示不限次数；用完仍未通过的学员不能学完这一课时",
                        validators=[django.core.validators.MaxValueValidator(1000)],
                        verbose_name="可答次数",
                    ),
                ),
                (
                    "reveal",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "每次提交后"), (2, "通过后"), (3, "不显示")],
                        default=2,
                        help_text="学员总能看到得分和每题对错",
                        verbose_name="显示答案和解析",
                    ),
                ),
            ],
            options={
                "verbose_name": "测验",
                "verbose_name_plural": "测验",
                "db_table": "luffy_quiz",
                "ordering": ["-section_id"],
                "default_permissions": ["view", "add", "change"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pass_percent__gte", 1), ("pass_percent__lte", 100)),
                        name="quiz_pass_percent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuizAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_time", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                ("updated_time", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("number", models.PositiveIntegerField(verbose_name="第几次")),
                ("request_key", models.CharField(max_length=64, verbose_name="请求标识")),
                ("version", models.CharField(max_length=32, verbose_name="题目版本")),
                ("asked", models.JSONField(verbose_name="题目")),
                ("answers", models.JSONField(verbose_name="作答")),
                ("marks", models.JSONField(verbose_name="判分")),
                ("points", models.PositiveIntegerField(verbose_name="得分")),
                ("total", models.PositiveIntegerField(verbose_name="满分")),
                ("passed", models.BooleanField(verbose_name="通过")),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quiz_attempts",
                        to="course.coursesection",
                        verbose_name="测验",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quiz_attempts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="学员",
                    ),
                ),
            ],
            options={
                "verbose_name": "测验作答",
                "verbose_name_plural": "测验作答",
                "db_table": "luffy_quiz_attempt",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "section", "number"), name="attempt_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("user", "section", "request_key"), name="attempt_sent_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__lte", models.F("total")), ("total__gte", 1)),
                        name="attempt_points",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuizQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_time", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                ("updated_time", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("orders", models.PositiveSmallIntegerField(default=1, verbose_name="题号")),
                (
                    "kind",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "单选题"), (2, "多选题"), (3, "判断题"), (4, "填空题")],
                        default=1,
                        verbose_name="题型",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Markdown；填空题用 ____ 标出要填的空", verbose_name="题目"
                    ),
                ),
                (
                    "options",
                    models.TextField(
                        blank=True, help_text="选择题填写，一行一个", verbose_name="选项"
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        help_text="选择题填字母，如 AC；判断题填对或错；填空题一行一个空，几种写法用 | 隔开",
                        verbose_name="答案",
                    ),
                ),
                (
                    "points",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="分值",
                    ),
                ),
                (
                    "explanation",
                    models.TextField(blank=True, help_text="Markdown", verbose_name="解析"),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="learning.quiz",
                        verbose_name="测验",
                    ),
                ),
            ],
            options={
                "verbose_name": "测验题目",
                "verbose_name_plural": "测验题目",
                "db_table": "luffy_quiz_question",
                "ordering": ["orders", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 1)), name="question_has_points"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", [1, 2, 3, 4])), name="question_kind"
                    ),
                ],
            },
        ),
    ]
