"""What the pages of topics are about, from the data of the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from luffy_api.apps.school.selectors import SitePage
from luffy_api.page_heads import readable, structured
from luffy_api.page_heads.head import PageHead

ALL, ALL_TITLE = "/topics", "专题"


def all_topics(rows: Sequence[Mapping[str, Any]], site: SitePage) -> PageHead:
    """The page with all of them."""
    links = [(_path(each), each["title"]) for each in rows]
    return PageHead(
        title=(ALL_TITLE,),
        description=f"{site.settings.name}的专题。",
        path=ALL,
        structured=(
            structured.collection(ALL_TITLE, ALL, links),
            structured.breadcrumbs([(ALL_TITLE, ALL)]),
        ),
        body=readable.links(ALL_TITLE, links),
    )


def one_topic(data: Mapping[str, Any]) -> PageHead:
    """The page of one, with its courses."""
    path, title, brief = _path(data), data["title"], data["brief"]
    courses = [(f"/course/{each['id']}", each["name"]) for each in data["courses"]]
    return PageHead(
        title=(title,),
        description=brief,
        path=path,
        picture=data["cover"],
        structured=(
            structured.collection(title, path, courses, description=brief),
            structured.breadcrumbs([(ALL_TITLE, ALL), (title, path)]),
        ),
        body=readable.topic(data),
    )


def _path(topic: Mapping[str, Any]) -> str:
    return f"/topic/{topic['slug']}"
