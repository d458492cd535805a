"""Accounts: authentication, tokens, lockout and text messages."""

from datetime import timedelta
from typing import Any

from luffy_api.settings import env, messages

AUTH_USER_MODEL = "user.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "luffy_api.apps.user.backends.IdentityBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
JWT_AUTH = {
    "JWT_AUTH_HEADER_PREFIX": "JWT",
    "JWT_EXPIRATION_DELTA": timedelta(hours=2),
    "JWT_REFRESH_EXPIRATION_DELTA": timedelta(days=14),
    "JWT_ISSUER": "luffy",
    "JWT_AUDIENCE": "luffy-web",
    "JWT_LEEWAY": 10,
    "JWT_TOKEN_ID": "require",
}

# --- Password lockout (user/lockout.py) -------------------------------------------------------

AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "luffy_api.apps.user.lockout.account_key"
AXES_CLIENT_IP_CALLABLE = "luffy_api.common.client_ip.client_ip"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Its middleware would answer the tenth wrong password as if it were the eleventh; our views call
# lockout.count_login instead.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

# --- Text messages ----------------------------------------------------------------------------

SMS_BACKEND = env.choice("SMS_BACKEND", {"aliyun", "console", "tencent"}, "console")
TENCENT_SMS = messages.tencent() if SMS_BACKEND == "tencent" else {}
ALIYUN_SMS = messages.aliyun() if SMS_BACKEND == "aliyun" else {}
SMS_CODE_LIFETIME = timedelta(minutes=5)
SMS_CODE_TRIES = 5
SMS_CODE_INTERVAL = timedelta(seconds=60)
SMS_DAILY_PER_NUMBER = 10
# Two classes behind one address; the second half of it only for those who solve a captcha.
SMS_HOURLY_PER_ADDRESS = 120
SMS_SITE_DAILY_CAP = env.integer("SMS_SITE_DAILY_CAP", 2000, minimum=1, maximum=10**9)
# For one call of the provider, so that the client has an answer within five seconds.
SMS_DEADLINE = timedelta(seconds=4)
# Whether there is a template for any text of the school; kinds of messages may have one of their
# own (后台 › 学员 › 消息类型). What one message costs in yuan.
SMS_MESSAGES = SMS_BACKEND == "console" or bool(
    {**TENCENT_SMS, **ALIYUN_SMS}["MESSAGE_TEMPLATE_ID"]
)
SMS_PRICE = messages.price()
# From which hour to which they go out, in Shanghai; nobody is woken.
SMS_MESSAGE_HOURS = (8, 21)
CAPTCHA_LIFETIME = timedelta(minutes=5)

# --- Logins by WeChat and others (user/social/) ------------------------------------------------

# From the click until the visitor is back, and from then until a mobile is proven.
SOCIAL_STATE_LIFETIME = timedelta(minutes=10)
SOCIAL_TICKET_LIFETIME = timedelta(minutes=15)
# How long a provider may think about a code, and about how many at a time in one process: less than
# the threads of a web service, so that one which hangs leaves some for the shop.
SOCIAL_QUESTION_LIMIT = timedelta(seconds=5)
SOCIAL_QUESTIONS = 4
