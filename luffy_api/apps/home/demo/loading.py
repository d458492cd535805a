"""Loads the whole demo school; a second run changes nothing."""

from django.db import transaction

from luffy_api.apps.home.demo import accounts, catalogue, community, files, promotion


def load_all() -> None:
    """Loads everything in one transaction; rows become visible after their files are stored.

    Categories come first: their names are unique, so that a concurrent run waits here until this
    one has committed, and then finds every row.
    """
    with transaction.atomic():
        categories = catalogue.load_categories()
        files.store_all()
        accounts.load()
        teachers = catalogue.load_teachers()
        courses = catalogue.load_courses(categories, teachers)
        promotion.load_discounts(courses)
        promotion.load_banners(courses)
        promotion.load_topics(courses)
        promotion.load_memberships()
        promotion.load_paths(courses)
        promotion.load_packages(courses)
        promotion.load_coupons(courses)
        promotion.load_hot_words()
        community.load(courses)
