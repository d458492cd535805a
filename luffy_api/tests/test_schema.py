"""The OpenAPI document: valid, complete, and true under generated requests."""

import functools
import json
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest
import schemathesis
from django.core.cache import cache
from drf_spectacular import validation
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.core import NotSet

from luffy_api.apps.user import tokens
from luffy_api.common.codes import Code
from luffy_api.tests.factories import CourseFactory, SectionFactory, UserFactory

# What numbers and texts a database bears is test_bad_input.py's subject.
pytestmark = pytest.mark.any_database

# Answered with the file itself; its errors come in the envelope. And what Alipay reads.
BARE = {
    ("get", "/api/v1/order/invoice/{id}/file/"): "application/pdf",
    ("get", "/api/v1/course/certificate/{number}/file/"): "application/pdf",
    ("get", "/api/v1/course/{id}/share/"): "image/png",
    ("get", "/api/v1/course/{id}/share/card/"): "image/jpeg",
    ("get", "/api/v1/community/course/{id}/notes/"): "text/markdown",
    ("post", "/api/v1/order/success/"): "text/plain",
}


@functools.cache
def document() -> dict:
    """Made once: it takes longer than the tests of it."""
    return SchemaGenerator().get_schema(request=None, public=True)


schema = schemathesis.openapi.from_dict(document())


def test_the_document_is_valid(monkeypatch):
    """By the validator that schemathesis brings along, which takes a thirtieth of the time."""

    def validate(instance: dict, schema: dict) -> None:
        jsonschema_rs.validator_for(schema).validate(instance)

    monkeypatch.setattr(validation.jsonschema, "validate", validate)

    validation.validate_schema(document())

    wrong = {**document(), "paths": {"no-path": {}}}
    with pytest.raises(jsonschema_rs.ValidationError):
        validation.validate_schema(wrong)


def test_every_code_stands_in_the_document():
    text = document()["components"]["schemas"]["Code"]

    assert text["enum"] == Code.values
    assert all(str(code.label) in text["description"] for code in Code)


def test_every_operation_answers_the_envelope():
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            good = next(iter(operation["responses"].values()))
            if (method, path) in BARE:
                assert set(good["content"]) == {BARE[method, path]}
                continue
            body = good["content"]["application/json"]["schema"]
            assert {"code", "msg", "data"} <= set(body["required"]), f"{method} {path}"
            assert "default" in operation["responses"], f"{method} {path}"


@pytest.mark.django_db
def test_the_schema_and_its_page_come_from_our_own_origin(client):
    page = client.get("/api/v1/docs/")

    assert page.status_code == 200
    assert "http://" not in page.content.decode().replace("http://testserver", "")
    assert "https://" not in page.content.decode()
    assert client.get("/api/v1/schema/").status_code == 200


@pytest.fixture
def student_client(client):
    SectionFactory(course=CourseFactory(), free_trail=True)
    client.defaults["HTTP_AUTHORIZATION"] = f"jwt {tokens.issue(UserFactory()).token}"
    return client


def body_of(case) -> bytes:
    """What the case would send."""
    if isinstance(case.body, NotSet):
        return b""
    return case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()


@pytest.mark.django_db
@schema.parametrize()
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_generated_requests_never_break_the_server(case, student_client):
    # Through Django's client, which leaves the connection of the test alone.
    cache.clear()
    query = urlencode(case.query or {}, doseq=True)
    address = f"{quote(case.formatted_path, safe='/%')}?{query}"
    response = student_client.generic(case.method, address, body_of(case), "application/json")

    assert response.status_code < 500, address
    if case.method == "POST" and case.path.endswith("order/success/"):
        assert response.content == b"failed"
        return
    if response["Content-Type"].split(";")[0] == BARE.get(("get", case.path)):
        return
    answer = response.json()
    assert {"code", "msg", "data"} <= set(answer)
    assert (response.status_code >= 400) == (answer["code"] not in (100, 101))
