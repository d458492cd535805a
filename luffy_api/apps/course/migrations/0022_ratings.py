from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a course shows of its ratings, and the indexes of lists in the order of 好评."""

    dependencies = [
        ('course', '0021_account_of_teacher'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='course',
            name='rating_average',
            field=models.DecimalField(db_default=Decimal('0.00'), decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=3, verbose_name='平均星级'),
        ),
        migrations.AddField(
            model_name='course',
            name='rating_count',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='评价数'),
        ),
        migrations.AddField(
            model_name='course',
            name='rating_score',
            field=models.DecimalField(db_default=Decimal('3.5000'), decimal_places=4, default=Decimal('3.5000'), editable=False, max_digits=5, verbose_name='好评得分'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['is_listed', 'rating_score', 'id'], name='listed_all_rating'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['is_listed', 'kind', 'rating_score', 'id'], name='listed_kind_rating'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['is_listed', 'course_category', 'rating_score', 'id'], name='listed_category_rating'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['is_listed', 'kind', 'course_category', 'rating_score', 'id'], name='listed_both_rating'),
        ),
    ]
