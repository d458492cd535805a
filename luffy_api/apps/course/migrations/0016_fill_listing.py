"""Fill `is_listed`, `current_price` and `next_change_at` of the rows that are there.

In batches: the old code sells meanwhile. What it writes until it ends is found by the job that
repairs these columns every minute.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from django.db import migrations
from django.db.models import F, Max
from django.utils import timezone

BATCH = 2000
CENT = Decimal("0.01")
OFFLINE = 1
FREE, RATE = 1, 2


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    courses = apps.get_model("course", "Course").objects.using(alias)
    categories = apps.get_model("course", "CourseCategory").objects.using(alias)
    discounts = apps.get_model("course", "CourseDiscount").objects.using(alias)
    fill_courses(courses, list(shown(categories).values_list("pk", flat=True)))
    fill_discounts(courses, discounts, timezone.now())


def shown(rows):
    return rows.filter(is_show=True, is_delete=False)


def fill_courses(courses, category_ids):
    last = courses.aggregate(last=Max("pk"))["last"] or 0
    for start in range(0, last + 1, BATCH):
        batch = courses.filter(pk__gte=start, pk__lt=start + BATCH)
        batch.update(current_price=F("price"))
        listed = shown(batch).filter(course_category__in=category_ids).exclude(status=OFFLINE)
        listed.update(is_listed=True)


def fill_discounts(courses, discounts, now):
    running = defaultdict(list)
    for discount in shown(discounts).filter(ends_at__gt=now).prefetch_related("courses"):
        begun = discount.starts_at <= now
        following = discount.ends_at if begun else discount.starts_at
        discounts.filter(pk=discount.pk).update(next_change_at=following)
        for course in discount.courses.all() if begun else []:
            running[course.pk].append(discounted(course.price, discount))
    for pk, prices in running.items():
        courses.filter(pk=pk).update(current_price=min(prices))


def discounted(price, discount):
    if discount.discount_type == FREE:
        return Decimal("0.00")
    if discount.discount_type == RATE:
        return (price * discount.value).quantize(CENT, rounding=ROUND_HALF_UP)
    return max(Decimal("0.00"), price - discount.value)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("course", "0015_listing_columns")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
