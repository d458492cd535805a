"""Brings the whole demo school into the shop; a second time changes nothing."""

from django.db import transaction

from luffy_api.apps.home.demo import accounts, catalogue, files, promotion


def load_all() -> None:
    """All or nothing; the rows appear after their files.

    Categories come first: their names are unique, so that a second loader waits here until this
    one is done, and then finds everything in its place.
    """
    with transaction.atomic():
        categories = catalogue.load_categories()
        files.store_all()
        accounts.load()
        teachers = catalogue.load_teachers()
        courses = catalogue.load_courses(categories, teachers)
        promotion.load_discounts(courses)
        promotion.load_banners(courses)
        promotion.load_hot_words()
