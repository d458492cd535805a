"""Reads of the search log for the people who run the school."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from luffy_api.apps.search.models import SearchDay, SearchWord


@dataclass(frozen=True)
class WordCount:
    """A word over some days: how often it was searched, and about how many people did."""

    text: str
    people: int
    searches: int


def searches_by_day(first: date, last: date) -> dict[date, tuple[int, int]]:
    """How many searches there were on each day, and how many without a result. One query."""
    days = SearchDay.objects.filter(day__range=(first, last)).order_by("day")
    return {
        day: (searches, without)
        for day, searches, without in days.values_list("day", "searches", "without_result")
    }


def words_without_result(first: date, last: date, *, limit: int) -> list[WordCount]:
    """The words of most people whose last search of a day found nothing. One query."""
    words = SearchWord.objects.filter(day__range=(first, last), found=0).order_by()
    counted = words.values("key").annotate(
        word=Max("text"), by=Sum("people"), times=Sum("searches")
    )
    ranked = counted.order_by("-by", "-times", "key")[:limit]
    return [WordCount(row["word"], row["by"], row["times"]) for row in ranked]
