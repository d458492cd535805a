"""Other names of one thing, with those that the shop begins with."""

from pathlib import Path

from django.db import migrations, models

SHIPPED = Path(__file__).resolve().parent.parent / "shipped_aliases.txt"


def add_shipped(apps, schema_editor):
    alias = apps.get_model("search", "SearchAlias")
    rows = []
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        both_ways = " = " in line
        said, _, meaning = line.partition(" = " if both_ways else " > ")
        rows.append(alias(alias=said, meaning=meaning, both_ways=both_ways))
    alias.objects.using(schema_editor.connection.alias).bulk_create(rows)


class Migration(migrations.Migration):

    dependencies = [("search", "0006_full_width_labels")]

    operations = [
        migrations.CreateModel(
            name="SearchAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_time", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                ("updated_time", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("alias", models.CharField(help_text="学员可能输入的说法，如 k8s", max_length=32, verbose_name="别名")),
                ("meaning", models.CharField(help_text="如 Kubernetes", max_length=64, verbose_name="课程里的说法")),
                ("both_ways", models.BooleanField(db_default=False, default=False, help_text="搜索课程里的说法时，也找写着别名的课程", verbose_name="双向")),
            ],
            options={
                "verbose_name": "搜索别名",
                "verbose_name_plural": "搜索别名",
                "db_table": "luffy_search_alias",
                "ordering": ["alias", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("alias", "meaning"), name="search_alias_once", violation_error_message="这个别名已经有了"),
                    models.CheckConstraint(
                        condition=~models.Q(("alias", "")) & ~models.Q(("meaning", "")) & ~models.Q(("alias", models.F("meaning"))),
                        name="search_alias_means_another",
                        violation_error_message="别名和课程里的说法要各不相同",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MissedSearch",
            fields=[],
            options={
                "verbose_name": "搜了没找到",
                "verbose_name_plural": "搜了没找到",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("search.searchword",),
        ),
        migrations.RunPython(add_shipped, migrations.RunPython.noop, elidable=False),
    ]
