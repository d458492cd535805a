#!/usr/bin/env bash
# For django-import-export 是 is no, yes is no, and 12.7 lessons are 12; none of it is an error.
#
# Version:  django-import-export 4.4.3, Django 5.2.19 with the language zh-hans.
# Expected: A BooleanField with 是 in the file is imported as true, or the row is refused like one whose price is 免费.
# Seen:     True are 1, True, true and TRUE, a blank cell is the default, and every other text is false: 是, yes, Y, √,
#           and 1.0 from a program that writes numbers that way. Whole numbers lose what is behind the point, and an
#           amount is rounded to the decimals of its column. A table whose headings match no field, such as 名称 instead
#           of name, is imported as rows of defaults. The result has no errors in any of these cases.
# Matters:  A list of courses with 是否上架 = 是 takes all of them off the shop, and the page reports a success. Whoever exports
#           first, and imports that file in a test, gets 1 and 0 and sees nothing. Give the fields a widget of one's
#           own that raises ValueError, and compare the headings in before_import (last lines).
#
# Output seen (what is stored of a text):
#   is_free: 1 → True, TRUE → True, 是 → False, yes → False, Y → False, √ → False, 1.0 → False
#   lessons: 12 → 12, 12.7 → 12, 1e3 → 1000, 十二 → error
#   price: 99 → 99.00, 99.999 → 100.00, 免费 → error
#   headings 名称, 价格: one row more, named ''
#   is_free, own widget: 是 → True, 否 → False, yes → error
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 django-import-export==4.4.3
mkdir "$folder/shop"
touch "$folder/shop/__init__.py"

cat > "$folder/read.py" <<'PYTHON'
import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "import_export", "shop"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    LANGUAGE_CODE="zh-hans",
)
django.setup()

import tablib
from django.db import connection, models
from import_export import fields, resources, widgets


class Course(models.Model):
    name = models.CharField(max_length=20)
    is_free = models.BooleanField(default=False)
    lessons = models.IntegerField(null=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True)

    class Meta:
        app_label = "shop"


class Courses(resources.ModelResource):
    class Meta:
        model = Course
        exclude = ["id"]
        import_id_fields = []


class YesOrNo(widgets.Widget):
    def clean(self, value, row=None, **kwargs):
        if value not in ("是", "否"):
            raise ValueError("请填写 是 或 否")
        return value == "是"


class StrictCourses(Courses):
    is_free = fields.Field(attribute="is_free", column_name="is_free", widget=YesOrNo())

    class Meta(Courses.Meta):
        pass


def imported(resource, **row):
    result = resource().import_data(tablib.Dataset(list(row.values()), headers=list(row)))
    return None if result.has_errors() or result.has_validation_errors() else Course.objects.latest("id")


def stored(resource, field, text):
    course = imported(resource, name="Python", **{field: text})
    if course is None:
        return f"{text} → error"
    course.refresh_from_db()
    return f"{text} → {getattr(course, field)}"


with connection.schema_editor() as editor:
    editor.create_model(Course)
for field, texts in {
    "is_free": ["1", "TRUE", "是", "yes", "Y", "√", "1.0"],
    "lessons": ["12", "12.7", "1e3", "十二"],
    "price": ["99", "99.999", "免费"],
}.items():
    print(f"{field}:", ", ".join(stored(Courses, field, text) for text in texts))
before = Course.objects.count()
course = imported(Courses, 名称="Python", 价格="99")
assert Course.objects.count() == before + 1
print(f"headings 名称, 价格: one row more, named {course.name!r}")
print("is_free, own widget:", ", ".join(stored(StrictCourses, "is_free", text) for text in ("是", "否", "yes")))
PYTHON

(cd "$folder" && venv/bin/python read.py 2> /dev/null) | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
