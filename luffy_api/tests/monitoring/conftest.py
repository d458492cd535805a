from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

Labels = tuple[tuple[str, str], ...]


@pytest.fixture
def scrape(client) -> Callable[..., dict[str, dict[Labels, float]]]:
    """scrape() asks /metrics: by name of the sample the values by sorted labels."""

    def ask(**headers: str) -> dict[str, dict[Labels, float]]:
        response = client.get("/metrics", headers=headers)
        assert response.status_code == 200, response.content
        found: dict[str, dict[Labels, float]] = {}
        for family in text_string_to_metric_families(response.content.decode()):
            for sample in family.samples:
                key = tuple(sorted(sample.labels.items()))
                assert key not in found.setdefault(sample.name, {}), "one line twice"
                found[sample.name][key] = sample.value
        return found

    return ask
