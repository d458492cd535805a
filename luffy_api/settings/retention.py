"""How long records are kept that the books do not need; docs/security.md has all periods."""

from luffy_api.settings import env

# Rejected payment messages that anyone could have sent.
FORGED_MESSAGE_RETENTION = env.days("FORGED_MESSAGE_DAYS", 30, minimum=1)
# Words of the search box; the popular ones are those of the last seven days.
SEARCH_WORD_RETENTION = env.days("SEARCH_WORD_DAYS", 8, minimum=8)
# The rows of an imported file, which may hold data of students, after its last change.
IMPORT_ROW_RETENTION = env.days("IMPORT_ROW_DAYS", 7, minimum=1)
# Alerts that are over.
ALERT_RETENTION = env.days("ALERT_DAYS", 365, minimum=7)
# From which addresses students logged in. The law of networks asks for six months of it.
LOGIN_RETENTION = env.days("LOGIN_DAYS", 183, minimum=183)
# The back office's log of who did what. The law asks for six months of logs at least, and for the
# vouchers of the books, which it explains, for ten years.
AUDIT_LOG_RETENTION = env.days("AUDIT_LOG_DAYS", 3660, minimum=183)
# How often the page of a course was opened on a day; pages show a year.
COURSE_VIEW_DAYS = env.integer("COURSE_VIEW_DAYS", 800, minimum=366, maximum=env.MAX_DAYS)
# Messages to students, whether read or not; longer than a course is usually learned.
INBOX_RETENTION = env.days("INBOX_DAYS", 1095, minimum=30)
