"""How often an account, or an IP address without one, may do something.

Behind the address of a school sit whole classes; so an address gets what sixty students need at
the beginning of a lesson, and what an attacker must not get is counted by account, by number or by
failure. Those of text messages are in accounts.py, since the database counts them.
"""

# By scope and kind of client: events in so many seconds.
RATE_LIMITS: dict[str, dict[str, tuple[int, int]]] = {
    # Every request that has no limit below.
    "request": {"account": (600, 60), "address": (6000, 60)},
    # Answers that are kept ready, for each process by itself: they cost a hundredth of another one.
    "published": {"account": (600, 60), "address": (60_000, 60)},
    # Requests that bring a password. Wrong ones have a budget of their own: `wrong_password`.
    "login": {"account": (10, 60), "address": (300, 60)},
    # Wrong passwords, on top of ten on an account from an address (lockout.py): of an account that
    # is logged in, from any address; and of logins from an address, for any accounts. Beyond the
    # latter a login needs a captcha, since the next one may be somebody else in that class.
    "wrong_password": {"account": (10, 3600), "address": (100, 15 * 60)},
    # Requests that bring a code, each of which may be tried five times only (sms_codes.py).
    "code": {"address": (300, 60)},
    # Steps of a login by WeChat or others; and the one which asks the provider, whose time and
    # whose limits of our app are not to be spent by a stranger.
    "social": {"account": (30, 60), "address": (300, 60)},
    "social_return": {"account": (10, 60), "address": (60, 60)},
    # Requests for a text message; the messages themselves are counted by sms_codes.py.
    "sms_code": {"account": (30, 60), "address": (120, 60)},
    # Pictures, each of which allows one answer.
    "captcha": {"address": (120, 60)},
    # Writing, changing and deleting ratings.
    "rating": {"account": (20, 600)},
    # Questions and answers, their changes and deletions; reports of what others wrote.
    "question": {"account": (30, 600)},
    "report": {"account": (20, 3600)},
    # Notes of one's own.
    "note": {"account": (60, 600)},
    # Attempts at quizzes, for which answers are marked.
    "quiz": {"account": (30, 600)},
    # Courses put into 我的收藏, and taken out.
    "favourite": {"account": (60, 60)},
    # Share pictures of courses; most are kept, a new one takes a fifth of a second to draw.
    "share": {"address": (240, 60)},
    # Numbers of certificates that are looked up; nobody guesses one of 80 random bits.
    "certificate": {"address": (120, 60)},
    # Codes that are typed for a coupon or a course.
    "redeem": {"account": (10, 60)},
    # Requests that decode a picture or read many rows.
    "heavy": {"account": (20, 60)},
}
