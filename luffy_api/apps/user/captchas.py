"""Pictures with characters that a person reads and a simple program does not.

Whoever asks for a text message has to solve one when an address or the site has used half of its
budget (sms_codes.py), and whoever logs in with a password when the address has used up its budget
of wrong ones (lockout.py). A picture is a row of the database, so it works in several processes; it
belongs to nobody, lives for CAPTCHA_LIFETIME and is gone after one answer, right or wrong.
"""

import secrets
import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from captcha.image import ImageCaptcha
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from PIL import ImageOps

from luffy_api.apps.user.models import Captcha
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks

# Without those that people take for one another: 0 O, 1 I L, 2 Z, 5 S, 8 B.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 5
SIZE = (200, 64)
WHITE, GREY = (255, 255, 255), (129, 129, 129)


@dataclass(frozen=True)
class Picture:
    """A new captcha as a PNG; `expires_at` in UTC."""

    id: str
    png: bytes
    expires_at: datetime

    @property
    def data_url(self) -> str:
        """So that nothing of the answer is in an address, and one request does."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"


@dataclass(frozen=True)
class Answer:
    """What a person read in the picture `id`."""

    id: str
    text: str


def create() -> Picture:
    """Draw a new captcha and remember a digest of its characters."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    row = Captcha(id=secrets.token_hex(16), created_time=timezone.now())
    row.digest = _digest(row.id, text)
    row.save(force_insert=True)
    return Picture(row.id, _draw(text), row.created_time + settings.CAPTCHA_LIFETIME)


@retry_deadlocks
def use(answer: Answer) -> bool:
    """Use the captcha up; whether the answer is right. Two queries.

    Must run outside a transaction, whose rollback would allow another answer.
    """
    youngest = timezone.now() - settings.CAPTCHA_LIFETIME
    row = Captcha.objects.filter(pk=answer.id, created_time__gt=youngest).first()
    if row is None:
        return False
    used, _ = Captcha.objects.filter(pk=row.pk).delete()
    return used == 1 and constant_time_compare(row.digest, _digest(row.pk, answer.text))


def clear_expired() -> int:
    """Delete captchas that nobody answered; returns how many."""
    expired = timezone.now() - settings.CAPTCHA_LIFETIME
    return delete_in_chunks(Captcha.objects.filter(created_time__lt=expired))


def _draw(text: str) -> bytes:
    """A PNG, black on white.

    The library takes the brightness of the text's colour as its opacity, so that black text would
    be invisible; GREY is the darkest that it draws as it is.
    """
    grey = ImageCaptcha(*SIZE).generate_image(text, bg_color=WHITE, fg_color=GREY).convert("L")
    png = BytesIO()
    ImageOps.autocontrast(grey).save(png, "PNG")
    return png.getvalue()


def _digest(captcha_id: str, text: str) -> str:
    """Upper and lower case, full and half width, and blanks are all the same to a reader."""
    read = "".join(unicodedata.normalize("NFKC", text).upper().split())
    return salted_hmac("luffy.captchas", f"{captcha_id}:{read}", algorithm="sha256").hexdigest()
