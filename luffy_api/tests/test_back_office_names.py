"""Nothing of the catalogue has a name that nobody can see, whoever writes it."""

import pytest

from luffy_api.apps.course.models import CourseCategory
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.common.readable_text import UNREADABLE
from luffy_api.tests import factories
from luffy_api.tests.back_office import form_of, page, tries

pytestmark = pytest.mark.django_db
UNSEEN = ["\u200b", "\u2800", "\u3164"]


def test_a_form_wants_a_name_that_can_be_seen(admin_client):
    category = factories.CategoryFactory(name="爬虫")

    for answer in tries(admin_client, category, *({"name": name} for name in UNSEEN)):
        assert answer.context["errors"] == [[UNREADABLE]]
    category.refresh_from_db()
    assert category.name == "爬虫"


def test_a_row_of_a_form_wants_one_as_well(admin_client):
    section = factories.SectionFactory()
    url = page(type(section.chapter), "change", section.chapter_id)
    sent = form_of(admin_client, url)
    [field] = [name for name, value in sent.items() if value == section.name]

    answer = admin_client.post(url, {**sent, field: "\u200b"})

    assert UNREADABLE in answer.text


@pytest.mark.parametrize("unseen", UNSEEN)
def test_an_import_takes_it_for_no_name(unseen):
    job = sheets.checked("categories", sheets.csv("名称", "Python", unseen))

    assert list(sheets.errors(job)) == [3]
    assert not CourseCategory.objects.exists()
