"""Settings that are loaded in a process of their own, and how they refuse what is wrong."""

import shutil

import pytest

from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair

KEY, PUBLIC_KEY = generate_key_pair()


SECRET = "x" * 50


PROD = {
    "DJANGO_SETTINGS_MODULE": "luffy_api.settings.prod",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "school.example",
    "PUBLIC_URL": "https://school.example",
    "ALIPAY_GATEWAY": "sandbox",
    "ALIPAY_APP_ID": "9021000100000002",
    "ALIPAY_APP_PRIVATE_KEY": KEY,
    "ALIPAY_PUBLIC_KEY": PUBLIC_KEY,
}


DEV = {"DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev"}


SHOW = "from django.conf import settings as s; s.DEBUG; print({})"


@pytest.fixture
def run(settings_process, development_keys, tmp_path):
    """Loads the settings in a process of its own; returns its status and last line.

    The keys of development are there already, unless the environment names another VAR_DIR.
    """
    shutil.copytree(development_keys, tmp_path / "var" / "keys")

    def load(env: dict[str, str | None], show: str = "'fine'") -> tuple[int, str]:
        given = {"VAR_DIR": str(tmp_path / "var"), **env}
        status, stdout, stderr = settings_process.run(
            SHOW.format(show), {name: value for name, value in given.items() if value is not None}
        )
        return status, (stdout + stderr).strip().splitlines()[-1]

    return load


@pytest.fixture
def refusal(run):
    """The sentence with which the settings refuse an environment."""

    def sentence(env: dict[str, str | None]) -> str:
        status, said = run(env)
        assert status != 0
        kind, _, text = said.partition(": ")
        assert kind == "django.core.exceptions.ImproperlyConfigured"
        return text

    return sentence
