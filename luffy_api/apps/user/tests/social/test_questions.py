"""A provider that hangs holds few threads of ours, for a few seconds."""

from datetime import timedelta
from threading import Event

import pytest

from luffy_api.apps.user.exceptions import LoginUnavailable, SocialLoginExpired
from luffy_api.apps.user.models import SocialAccount
from luffy_api.apps.user.social import questions
from luffy_api.apps.user.social.interface import Device, Identity
from luffy_api.tests.buyer import wait_until

pytestmark = pytest.mark.any_database
PERSON = Identity(SocialAccount.Provider.WECHAT, "wx1", "o-1")


class Hanging:
    """Answers once it is let go; a code that is empty is refused at once."""

    provider = SocialAccount.Provider.WECHAT

    def __init__(self):
        self.asked, self.answered, self.gone = 0, 0, Event()

    def fetch_identity(self, *, device, code):
        if not code:
            raise SocialLoginExpired
        self.asked += 1
        assert self.gone.wait(60)
        self.answered += 1
        return PERSON


def test_it_is_given_up_after_a_while_and_asked_no_more_by_many(settings):
    settings.SOCIAL_QUESTION_LIMIT = timedelta(milliseconds=20)
    wechat = Hanging()
    try:
        for _ in range(settings.SOCIAL_QUESTIONS + 2):
            with pytest.raises(LoginUnavailable):
                questions.fetch_identity(wechat, device=Device.DESKTOP, code="C")
        assert wechat.asked == settings.SOCIAL_QUESTIONS
    finally:
        wechat.gone.set()

    wait_until(lambda: wechat.answered == settings.SOCIAL_QUESTIONS)
    settings.SOCIAL_QUESTION_LIMIT = timedelta(minutes=1)
    wait_until(lambda: questions._places._value == settings.SOCIAL_QUESTIONS)
    for _ in range(settings.SOCIAL_QUESTIONS + 1):
        assert questions.fetch_identity(wechat, device=Device.DESKTOP, code="C") == PERSON
        with pytest.raises(SocialLoginExpired):
            questions.fetch_identity(wechat, device=Device.DESKTOP, code="")
