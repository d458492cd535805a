"""Logins with a wrong password."""

WRONG = "wrong password"


def guess(api, username="xiaoming", password=WRONG, **extra):
    body = {"username": username, "password": password}
    return api.post("/api/v1/user/login/", body, format="json", **extra)


def guesses(api, count, **extra):
    return [guess(api, **extra).status_code for _ in range(count)]
