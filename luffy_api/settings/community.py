"""What students may write to each other."""

from luffy_api.settings import env

# Nobody posts links whose account is younger than this, or who never had a course. Days.
NEWCOMER_PERIOD = env.days("NEWCOMER_DAYS", 3)
