"""Two people who save one form of the back office at the same moment."""

from time import sleep

import pytest

from luffy_api.apps.course.models import CourseCategory
from luffy_api.common.edit_conflicts.forms import EditedForm
from luffy_api.tests import factories
from luffy_api.tests.back_office import form_of, page
from luffy_api.tests.processes.clients import in_threads
from luffy_api.tests.test_edit_conflicts import browser, list_form, url_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["form", "line", "list"])
def test_of_two_who_save_at_the_same_moment_one_is_told(kind, monkeypatch):
    row = factories.SectionFactory(name="旧") if kind == "line" else factories.CategoryFactory()
    people = [browser(name) for name in ("李四", "王五")]
    if kind == "list":
        address, name = page(CourseCategory, "changelist"), "form-0-orders"
        form, values = list_form(people[0], CourseCategory), ["7", "8"]
    else:
        address = url_of(row.chapter if kind == "line" else row)
        name = "coursesections-0-name" if kind == "line" else "name"
        form, values = form_of(people[0], address), ["李四的", "王五的"]
    compare = EditedForm._compare

    def compare_slowly(*args, **kwargs):
        compare(*args, **kwargs)
        sleep(0.1)

    monkeypatch.setattr(EditedForm, "_compare", compare_slowly)

    answers = in_threads(
        lambda n: people[n].post(address, {**form, name: values[n]}).status_code, 2
    )

    assert sorted(answers) == [200, 302]
