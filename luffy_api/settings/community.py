"""What students may write to each other."""

from datetime import timedelta

from luffy_api.settings import env

# Nobody posts links whose account is younger than this, or who never had a course. Days.
NEWCOMER_PERIOD = timedelta(days=env.integer("NEWCOMER_DAYS", 3, minimum=0))
