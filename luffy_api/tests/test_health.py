"""Liveness and readiness."""

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection


def test_liveness_needs_no_dependency(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_when_everything_answers(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["checks"] == {"database": True, "cache": True}


@pytest.mark.django_db
def test_not_ready_while_the_database_is_unavailable(client):
    with patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] is False


def test_every_answer_carries_a_request_id(client):
    given = "0123456789abcdef0123456789abcdef"

    echoed = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    replaced = client.get("/healthz", headers={"X-Request-ID": "evil\tvalue"})["X-Request-ID"]

    assert echoed == given
    assert replaced != given
    assert len(replaced) == 32
