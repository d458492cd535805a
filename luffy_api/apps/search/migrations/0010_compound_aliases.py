"""Names that say more than a course does: who types 前端开发 wants all courses on 前端."""

from django.db import migrations

SHIPPED = {
    "前端开发": "前端",
    "前端工程师": "前端",
    "后端开发": "后端",
    "高并发": "并发",
    "多线程": "线程",
    "数据可视化": "可视化",
    "图像识别": "图像",
    "网站": "网页",
    "网站建设": "网页",
    "h5c3": "HTML CSS",
    "zsh": "Shell",
    # What an input method writes instead, and dictionaries know.
    "前段": "前端",
    "部属": "部署",
}


def add_shipped(apps, schema_editor):
    alias = apps.get_model("search", "SearchAlias")
    rows = [alias(alias=said, meaning=meaning) for said, meaning in SHIPPED.items()]
    # The school may have some of them.
    aliases = alias.objects.using(schema_editor.connection.alias)
    aliases.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("search", "0009_more_aliases")]

    operations = [
        migrations.RunPython(add_shipped, migrations.RunPython.noop, elidable=False),
    ]
