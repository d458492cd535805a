"""What forms accept as a date: every way in which a page shows one.

Django's own list has `%Y年%n月%j日`, letters of its display language that strptime does not know,
so that a date copied from a page is refused (findings/django-chinese-date-input.sh). `%m` and `%d`
of strptime take numbers with and without a leading zero.
"""

_DATES = ["%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日"]
_TIMES = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"]

DATE_INPUT_FORMATS = _DATES
TIME_INPUT_FORMATS = _TIMES
DATETIME_INPUT_FORMATS = [f"{date} {time}" for date in _DATES for time in _TIMES]
