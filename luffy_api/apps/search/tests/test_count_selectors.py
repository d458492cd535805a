"""The search log as the school's figures show it."""

from datetime import date

import pytest

from luffy_api.apps.search.count_selectors import searches_by_day, words_without_result
from luffy_api.apps.search.models import SearchDay, SearchWord

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FIRST, LAST = date(2026, 11, 20), date(2026, 11, 21)


def word(text: str, day: date, people: int, found: int) -> None:
    SearchWord.objects.create(
        day=day, key=text, text=text, people=people, searches=people + 1, found=found
    )


def test_days_of_the_span_only():
    for day in (19, 20, 21, 22):
        SearchDay.objects.create(day=date(2026, 11, day), searches=day, without_result=1)

    assert searches_by_day(FIRST, LAST) == {FIRST: (20, 1), LAST: (21, 1)}


def test_words_that_found_nothing_by_the_people_who_wanted_them(django_assert_num_queries):
    word("爬虫", FIRST, 9, found=3)
    word("插花", FIRST, 2, found=0)
    word("插花", LAST, 3, found=0)
    word("书法", LAST, 4, found=0)
    word("国画", date(2026, 11, 22), 50, found=0)

    with django_assert_num_queries(1):
        found = words_without_result(FIRST, LAST, limit=10)

    assert [(each.text, each.people, each.searches) for each in found] == [
        ("插花", 5, 7),
        ("书法", 4, 5),
    ]
    assert len(words_without_result(FIRST, LAST, limit=1)) == 1
