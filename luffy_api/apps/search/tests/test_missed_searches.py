"""The page of the back office that lists what was searched in vain, and makes aliases of it."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from luffy_api.apps.search import selectors
from luffy_api.apps.search.models import SearchAlias, SearchWord
from luffy_api.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/admin/search/missedsearch/"
ADD = "/admin/search/searchalias/add/"


@pytest.fixture
def operator(client):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name="运营"))
    client.force_login(user)
    return client


def word(text, *, found=0, day=22, people=1):
    values = {"key": text, "text": text, "found": found, "people": people}
    return SearchWord.objects.create(day=date(2026, 11, day), **values)


def rows(client):
    return [row.text for row in client.get(URL).context["cl"].result_list]


def test_a_word_stands_there_once_with_what_most_people_want_first(operator):
    word("量子"), word("量子", day=23, people=2), word("微积分", people=9), word("爬虫", found=3)

    assert rows(operator) == ["微积分", "量子"]


def test_what_was_found_later_is_no_longer_there(operator):
    word("量子"), word("量子", day=23, found=2)

    assert rows(operator) == []


def test_one_click_leads_to_the_form_with_the_word_in_it(operator):
    word("小鲸鱼 & Co<b>")

    page = operator.get(URL).content.decode()
    assert f'{ADD}?alias=%E5%B0%8F%E9%B2%B8%E9%B1%BC+%26+Co%3Cb%3E"' in page
    form = operator.get(ADD, {"alias": "小鲸鱼"}).content.decode()
    assert 'value="小鲸鱼"' in form


def test_an_alias_that_is_saved_is_looked_up(operator):
    operator.post(ADD, {"alias": "小鲸鱼", "meaning": "Docker"})

    assert SearchAlias.objects.filter(alias="小鲸鱼", meaning="Docker").exists()
    assert selectors.search(text="小鲸鱼").query.text == "小鲸鱼"


@pytest.mark.parametrize(
    ("alias", "meaning", "said"),
    [("js", "JavaScript", "这个别名已经有了"), ("Docker", "Docker", "要各不相同")],
)
def test_a_form_says_what_is_wrong(operator, alias, meaning, said):
    page = operator.post(ADD, {"alias": alias, "meaning": meaning}).content.decode()

    assert said in page


def test_nobody_else_may_see_or_change_them(client):
    assert client.get(URL).status_code == 302
    client.force_login(UserFactory(is_staff=True))
    assert client.get(URL).status_code == 403
    assert client.post(ADD, {"alias": "a", "meaning": "b"}).status_code == 403


def test_whether_a_word_was_searched_later_is_looked_up(operator):
    page = operator.get(URL).context["cl"]

    assert "search_word_latest" in page.queryset.explain()
