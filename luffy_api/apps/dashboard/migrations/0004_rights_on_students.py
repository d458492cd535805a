"""运营 and 财务 see the page of a student they can name; 运营 takes back what it may give."""

from django.db import migrations

from luffy_api.common import roles


def give(role, app_label, rights):
    return migrations.RunPython(
        roles.grant(role, app_label, rights), migrations.RunPython.noop, elidable=False
    )


class Migration(migrations.Migration):
    dependencies = [
        *roles.NEEDED,
        ("dashboard", "0003_students"),
        ("user", "0011_student_notes"),
        ("course", "0018_price_in_index_of_students"),
    ]

    operations = [
        give(roles.OPERATIONS, "dashboard", {"student": roles.VIEW}),
        give(roles.FINANCE, "dashboard", {"student": roles.VIEW}),
        give(roles.OPERATIONS, "user", {"studentnote": ("view", "add")}),
        give(roles.FINANCE, "user", {"studentnote": ("view", "add")}),
        give(roles.OPERATIONS, "course", {"enrollmentgrant": ("change",)}),
    ]
