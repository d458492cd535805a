"""Questions and answers as students send them."""

from luffy_api.apps.community import integrity

BASE = "/api/v1/community"


def ask(client, section, **body):
    data = {"title": "为什么报错", "text": "第三行", "position": 65, **body}
    url = f"{BASE}/section/{getattr(section, 'pk', section)}/question/"
    return client.post(url, data, format="json")


def reply(client, question_id, text="看第二行"):
    return client.post(f"{BASE}/question/{question_id}/answer/", {"text": text}, format="json")


def listed(client, query):
    return client.get(f"{BASE}/question/?{query}")


def titles(client, query):
    return [row["title"] for row in listed(client, query).json()["data"]["results"]]


def contradictions():
    return [row for rule in integrity.RULES.values() for row in rule()]
