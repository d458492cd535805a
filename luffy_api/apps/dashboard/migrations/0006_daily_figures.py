import django.db.models.deletion
from django.db import migrations, models


def key() -> models.BigAutoField:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def number(name: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(default=0, verbose_name=name)


def money(name: str) -> models.DecimalField:
    return models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name=name)


def seconds() -> models.PositiveBigIntegerField:
    return models.PositiveBigIntegerField(default=0, verbose_name="观看（秒）")


class Migration(migrations.Migration):
    """Prepared sums of days. The rows are made by the scheduled job, the newest days first."""

    dependencies = [
        ("course", "0018_price_in_index_of_students"),
        ("dashboard", "0005_audit_entries"),
        ("learning", "0004_study_days"),
        ("order", "0026_indexes_of_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyFigures",
            fields=[
                ("id", key()),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                ("placed", number("下单")),
                ("converted", number("其中已付款")),
                ("paid", number("付款订单")),
                ("income", money("收款（元）")),
                ("refunds", number("退款笔数")),
                ("refunded", money("退款（元）")),
                ("new_students", number("新注册")),
                ("active_students", number("学习学员")),
                ("watched_seconds", seconds()),
                ("computed_at", models.DateTimeField(verbose_name="汇总时间")),
            ],
            options={
                "verbose_name": "经营数据",
                "verbose_name_plural": "经营数据",
                "db_table": "luffy_daily_figures",
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="FiguresSweep",
            fields=[("id", key()), ("swept_at", models.DateTimeField())],
            options={"db_table": "luffy_figures_sweep"},
        ),
        migrations.CreateModel(
            name="DailyCourseFigures",
            fields=[
                ("id", key()),
                ("day", models.DateField(verbose_name="日期")),
                ("sold", number("售出")),
                ("income", money("收款（元）")),
                ("refunded", money("退款（元）")),
                ("learners", number("学习学员")),
                ("watched_seconds", seconds()),
                (
                    "course",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="daily_figures",
                        to="course.course",
                    ),
                ),
            ],
            options={
                "db_table": "luffy_daily_course_figures",
                "indexes": [
                    models.Index(fields=["course", "day"], name="daily_figures_of_course")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "course"), name="daily_course_figures_once"
                    )
                ],
            },
        ),
    ]
