"""Other names of one thing: kept in a table, edited in the back office, found at once."""

import pytest
from django.db import IntegrityError, transaction

from luffy_api.apps.search import aliases, circuit_breaker, indexing, selectors
from luffy_api.apps.search.aliases import Aliases, alias_key, expand
from luffy_api.apps.search.models import SearchAlias
from luffy_api.apps.search.tokenizer import get_tokenizer
from luffy_api.tests.factories import CourseFactory, SectionFactory

URL = "/api/v1/course/search/"
TOKENIZER = get_tokenizer(())


@pytest.fixture
def course(empty_index):
    made = CourseFactory(name="Docker 部署")
    indexing.process_outbox()
    return made


def names(api, text):
    return [row["name"] for row in api.get(URL, {"search": text}).json()["data"]["results"]]


def test_the_shop_comes_with_many(db):
    assert SearchAlias.objects.count() > 150
    known = aliases.known()
    for said, meant in {"js": "javascript", "K8S": "kubernetes", "vue.js": "vue"}.items():
        assert meant in known.of(alias_key(said)), said


@pytest.mark.parametrize("text", ["vue.js", "VueJS", "vue js", "ＶＵＥ．ＪＳ", "Vue-js"])
def test_spellings_of_an_alias_are_one(text):
    assert alias_key(text) == "vuejs"


def test_an_alias_is_found_as_soon_as_it_is_there(api, course):
    assert names(api, "小鲸鱼") == []

    SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")
    aliases._kept.forget()

    assert names(api, "小鲸鱼") == ["Docker 部署"]
    assert names(api, "小鲸鱼 部署") == ["Docker 部署"]


def test_both_ways_finds_what_is_called_by_the_alias(api, course):
    CourseFactory(name="小鲸鱼图解")
    indexing.process_outbox()
    alias = SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")
    assert set(names(api, "docker")) == {"Docker 部署"}

    alias.both_ways = True
    alias.save()
    aliases._kept.forget()

    assert set(names(api, "docker")) == {"Docker 部署", "小鲸鱼图解"}


def test_an_alias_of_several_words_is_one_thing(api, course):
    SearchAlias.objects.create(alias="big blue whale", meaning="Docker 部署")

    assert names(api, "big blue whale") == ["Docker 部署"]


def test_the_meaning_is_marked_and_its_place_named(api, course):
    SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")
    SearchAlias.objects.create(alias="编排工具", meaning="Swarm")
    SectionFactory(course=course, name="Swarm 集群")
    indexing.process_outbox()

    [row] = api.get(URL, {"search": "小鲸鱼"}).json()["data"]["results"]
    assert (row["marks"]["name"], row["found_in"]["field"]) == ([[0, 6]], "name")
    [row] = api.get(URL, {"search": "编排工具"}).json()["data"]["results"]
    assert row["found_in"] == {"field": "outline", "text": "Swarm 集群", "ranges": [[0, 5]]}


def test_words_of_taiwan_find_those_of_the_mainland(api, empty_index):
    CourseFactory(name="数据库服务器"), CourseFactory(name="数据")
    indexing.process_outbox()

    for typed in ("伺服器", "資料", "資料庫"):
        assert names(api, typed), typed


def test_what_a_word_of_taiwan_means_has_other_names_too(api, empty_index):
    CourseFactory(name="SQL 基础")
    indexing.process_outbox()

    assert names(api, "資料庫") == ["SQL 基础"]
    assert names(api, "資料庫教學") == ["SQL 基础"]


def test_plurals_and_blanks_within_a_word_are_known(api, empty_index):
    CourseFactory(name="装饰器"), CourseFactory(name="JavaScript 语言")
    indexing.process_outbox()

    assert names(api, "decorators") == ["装饰器"]
    assert names(api, "java script") == ["JavaScript 语言"]
    # A word that is begun completes itself all the same.
    assert names(api, "javascrip") == ["JavaScript 语言"]
    assert Aliases({"cs": ("计算机",)}).of("css") == ()


def test_words_with_a_sign_between_are_words(api, empty_index):
    CourseFactory(name="HTML 与 CSS"), CourseFactory(name="C++")
    indexing.process_outbox()

    for text in ("html+css", "html&css", "#css", "@html"):
        assert names(api, text) == ["HTML 与 CSS"], text
    assert names(api, "c++") == ["C++"]


def test_a_catalogue_that_speaks_taiwanese_is_found(api, empty_index):
    CourseFactory(name="Linux 伺服器管理")
    indexing.process_outbox()

    assert names(api, "伺服器") == ["Linux 伺服器管理"]


@pytest.mark.any_database
def test_the_longest_alias_counts():
    known = Aliases({"前端": ("web",), "前端开发": ("frontend",)})
    phrases = TOKENIZER.tokenize_query("前端开发")

    plain, either = expand(phrases, TOKENIZER, known)

    assert plain == ()
    assert either[0][1:] == ((("frontend",),),)


@pytest.mark.parametrize(
    "values",
    [
        {"alias": "", "meaning": "Docker"},
        {"alias": "x", "meaning": ""},
        {"alias": "Docker", "meaning": "Docker"},
    ],
)
def test_what_says_nothing_is_refused(db, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        SearchAlias.objects.create(**values)


def test_one_alias_means_a_thing_once(db):
    SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")
    with pytest.raises(IntegrityError), transaction.atomic():
        SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")


def test_any_text_may_be_an_alias(api, course):
    for alias in ("%", "'; --", "((", '"', "🐳", "*", "a" * 32):
        row = SearchAlias.objects.create(alias=alias, meaning='docker" OR "x', both_ways=True)
        aliases._kept.forget()

        for text in (alias, "docker"):
            assert api.get(URL, {"search": text}).status_code == 200, alias
        row.delete()


def test_the_database_knows_aliases_and_corrections_as_well(course, monkeypatch):
    # given an engine that does not answer
    SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")
    monkeypatch.setattr(circuit_breaker, "query_engine", lambda query: None)

    assert selectors.search(text="小鲸鱼").ids == [course.pk]
    found = selectors.search(text="dokcer")
    assert (found.ids, found.corrected_to, found.engine) == ([course.pk], "docker", "database")
    assert selectors.search(text="我想学docker").ids == [course.pk]
    assert selectors.search(text="docker部署").ids == [course.pk]
    assert selectors.search(text="小鲸鱼部署").ids == [course.pk]
    assert [each.text for each in selectors.suggestions(text="小鲸鱼")] == ["Docker 部署"]
    vue = CourseFactory(name="Vue 3 后台")
    assert selectors.search(text="vue3").ids == [vue.pk]
