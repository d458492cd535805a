"""Keys in the database, as tests enter and read them."""

from cryptography.fernet import Fernet
from django.core.checks import run_checks

from luffy_api.apps.order.checks import TAG
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import credential_entry, credentials

ALIPAY = PayType.ALIPAY
OLD_KEY, NEW_KEY = (Fernet.generate_key().decode() for _ in range(2))
DEPLOY = {"include_deployment_checks": True}


def store(student, **texts):
    credential_entry.store(provider=ALIPAY, texts=texts, user_id=student.pk)


def remove(student, name):
    return credential_entry.remove(provider=ALIPAY, name=name, user_id=student.pk)


def app_id() -> str:
    return credentials.values_of(ALIPAY)["APP_ID"]


def ids(**kwargs) -> set[str]:
    return {message.id for message in run_checks(tags=[TAG], **DEPLOY, **kwargs)}
