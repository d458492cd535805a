"""What pages say in the vocabulary of schema.org, for search engines (JSON-LD)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from luffy_api.apps.course.models import Course
from luffy_api.apps.school.models import SiteSettings
from luffy_api.page_heads.head import Structured, absolute, description_of_school, picture_of_school

SCHEMA = "https://schema.org"
AVAILABILITY = {Course.Status.ONLINE: "InStock", Course.Status.ANNOUNCED: "PreOrder"}
SEARCH = "/course/search?word={word}"


def organization(site: SiteSettings) -> Structured:
    """The school."""
    found: dict[str, Any] = {
        "@type": "EducationalOrganization",
        "@id": f"{settings.PUBLIC_URL}/#school",
        "name": site.name,
        "description": description_of_school(site),
        "url": f"{settings.PUBLIC_URL}/",
        "logo": absolute(picture_of_school(site)),
    }
    if site.service_phone:
        found["telephone"] = site.service_phone
    return found


def website(site: SiteSettings) -> Structured:
    """The shop, with its search box."""
    return {
        "@type": "WebSite",
        "name": site.name,
        "url": f"{settings.PUBLIC_URL}/",
        "inLanguage": "zh-CN",
        "publisher": {"@id": f"{settings.PUBLIC_URL}/#school"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": absolute(SEARCH)},
            "query-input": "required name=word",
        },
    }


def course(data: Mapping[str, Any], site: SiteSettings, *, description: str) -> Structured:
    """A course with its price; `data` is that of the API, `description` is not blank."""
    address = absolute(f"/course/{data['id']}")
    found: dict[str, Any] = {
        "@type": "Course",
        "@id": address,
        "url": address,
        "name": data["name"],
        "description": description,
        "inLanguage": "zh-CN",
        "educationalLevel": data["level_name"],
        "provider": {
            "@type": "EducationalOrganization",
            "@id": f"{settings.PUBLIC_URL}/#school",
            "name": site.name,
            "url": f"{settings.PUBLIC_URL}/",
        },
        "offers": [_offer(data, address)],
        "hasCourseInstance": [_instance(data)],
    }
    if data["course_img"]:
        found["image"] = [absolute(data["course_img"])]
    if data["rating_count"]:
        found["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": data["rating_average"],
            "ratingCount": data["rating_count"],
            "bestRating": 5,
            "worstRating": 1,
        }
    if data["pub_date"]:
        found["datePublished"] = data["pub_date"]
    return found


def _offer(data: Mapping[str, Any], address: str) -> dict[str, Any]:
    is_free = float(data["real_price"]) == 0
    offer = {
        "@type": "Offer",
        "category": "Free" if is_free else "Paid",
        "price": data["real_price"],
        "priceCurrency": "CNY",
        "availability": f"{SCHEMA}/{AVAILABILITY.get(data['status'], 'OutOfStock')}",
        "url": address,
    }
    if data["discount_ends"]:
        offer["priceValidUntil"] = data["discount_ends"]
    return offer


def package(data: Mapping[str, Any], *, description: str) -> Structured:
    """A package with what all of it costs; `data` is that of the API."""
    address = absolute(f"/package/{data['id']}")
    return {
        "@type": "Product",
        "@id": address,
        "url": address,
        "name": data["name"],
        "description": description,
        "image": [absolute(each["course_img"]) for each in data["courses"] if each["course_img"]],
        "offers": {
            "@type": "Offer",
            "price": data["total_amount"],
            "priceCurrency": "CNY",
            "availability": f"{SCHEMA}/{'OutOfStock' if data['why'] else 'InStock'}",
            "url": address,
        },
    }


def _instance(data: Mapping[str, Any]) -> dict[str, Any]:
    minutes = max(1, round(data["length"] / 60)) if data["length"] else 0
    instance: dict[str, Any] = {"@type": "CourseInstance", "courseMode": "online"}
    if minutes:
        instance["courseWorkload"] = f"PT{minutes // 60}H{minutes % 60}M"
    else:
        days = {"@type": "Schedule", "repeatFrequency": "Daily", "repeatCount": data["period"]}
        instance["courseSchedule"] = days
    if data["teacher"]:
        instance["instructor"] = {"@type": "Person", "name": data["teacher"]["name"]}
    return instance


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> Structured:
    """The way from the home page: names and paths, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate((("首页", "/"), *steps), start=1)
        ],
    }


def collection(
    title: str, path: str, links: Sequence[tuple[str, str]], *, description: str = ""
) -> Structured:
    """A page with links in an order: paths and names."""
    found: dict[str, Any] = {
        "@type": "CollectionPage",
        "@id": absolute(path),
        "url": absolute(path),
        "name": title,
        "inLanguage": "zh-CN",
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": len(links),
            "itemListElement": [
                {"@type": "ListItem", "position": place, "name": name, "url": absolute(link)}
                for place, (link, name) in enumerate(links, start=1)
            ],
        },
    }
    return found | ({"description": description} if description else {})
