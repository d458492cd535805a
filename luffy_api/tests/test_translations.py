"""Django's own sentences in Chinese: where it has none, luffy_api/locale does."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import django
import pytest
import rest_framework
import simpleui
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import translation
from django.utils.translation.template import templatize

pytestmark = pytest.mark.any_database

DJANGO = Path(django.__file__).parent
OURS = settings.BASE_DIR / "luffy_api/locale/zh_Hans/LC_MESSAGES"
# Folder and domain of what the back office shows.
SHOWN = [
    ("conf", "django"),
    ("contrib/admin", "django"),
    ("contrib/admin", "djangojs"),
    ("contrib/auth", "django"),
]
HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff”}] *(?:[,;:?!()]|\.(?!\w))|\)s *[,:;]|\)s\.(?!\w)"
    r"|[,.;:?!(] *[\u4e00-\u9fff“]|[^%(]\w\) *[\u4e00-\u9fff“]|\.\.\."
)
# Three words for a filter of templates, which splits them there.
SEPARATED = {"yes,no,maybe"}


def texts(path: Path) -> dict[str, bool]:
    """Each text of a catalogue, and whether it is translated."""
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return {_first(each.id): bool(_first(each.string)) and not each.fuzzy for each in messages}


def _first(text: str | Sequence[str]) -> str:
    """The singular of what has a plural."""
    return text if isinstance(text, str) else text[0]


def _strings(messages: Catalog) -> dict[str, str]:
    return {_first(each.id): _first(each.string) for each in messages if each.id}


@pytest.mark.parametrize(("folder", "domain"), SHOWN)
def test_no_sentence_of_the_back_office_is_without_chinese(folder, domain):
    locale = DJANGO / folder / "locale"
    english = texts(locale / f"en/LC_MESSAGES/{domain}.po")
    chinese = texts(locale / f"zh_Hans/LC_MESSAGES/{domain}.po")
    ours = texts(OURS / f"{domain}.po")
    assert english
    assert [text for text in english if not chinese.get(text) and not ours.get(text)] == []


def test_no_sentence_of_simpleui_is_without_chinese():
    """It has no catalogue of its own, and writes some of Django's sentences in other words.

    A sentence that Django has in the singular and the plural is another one than the same alone.
    """
    found = set()
    for path in (Path(simpleui.__file__).parent / "templates").rglob("*.html"):
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        lines = b"\n".join(line.strip() for line in source.encode().splitlines())
        found |= {text for _, text, _, _ in extract("python", BytesIO(lines))}
    assert len(found) > 50
    with translation.override("zh-hans"):
        chinese = {
            text: translation.gettext(text)
            if isinstance(text, str)
            else translation.ngettext(text[0], text[1], 1)
            for text in found
        }
    assert [text for text, shown in chinese.items() if shown == _first(text)] == []


def _catalogues(domain: str) -> Iterator[Catalog]:
    """The Chinese ones of what the back office and the API show, ours last."""
    folders = [DJANGO / folder for folder, of_domain in SHOWN if of_domain == domain]
    if domain == "django":
        folders = [Path(rest_framework.__file__).parent, *folders]
    for folder in folders:
        path = folder / f"locale/zh_Hans/LC_MESSAGES/{domain}.mo"
        with path.open("rb") as file:
            yield read_mo(file)
    with (OURS / f"{domain}.mo").open("rb") as file:
        yield read_mo(file)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_no_sentence_has_half_width_punctuation_beside_chinese(domain):
    shown: dict[str, str] = {}
    for catalogue in _catalogues(domain):
        shown |= _strings(catalogue)
    assert len(shown) > 25
    found = {text: chinese for text, chinese in shown.items() if HALF_WIDTH.search(chinese)}
    assert {text: chinese for text, chinese in found.items() if text not in SEPARATED} == {}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_catalogue_is_fresh(domain):
    with (OURS / f"{domain}.po").open("rb") as source, (OURS / f"{domain}.mo").open("rb") as file:
        written, compiled = read_po(source), read_mo(file)
    assert _strings(compiled) == _strings(written)


def test_they_are_used_by_pages():
    with translation.override("zh-hans"):
        assert translation.gettext("Model name") == "名称"
        assert str(Group._meta.verbose_name) == "角色"


@pytest.mark.django_db
def test_they_are_used_by_scripts(admin_client):
    catalogue = admin_client.get("/admin/jsi18n/").content.decode()
    assert "选择全部%s".encode("unicode-escape").decode() in catalogue
