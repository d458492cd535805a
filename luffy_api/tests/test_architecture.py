"""The rules of docs/architecture.md are enforced: one planted violation of each is reported."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
APPS = settings.BASE_DIR / "luffy_api" / "apps"
# Modules and packages of an app that may know django.http: what serves pages and API calls, and
# what Django and axes call with a request.
SERVES_HTTP = {
    *("views", "urls", "serializers", "permissions", "authentication", "throttles", "schema"),
    *("admin", "admin_passwords", "admin_first_visit", "admin_roles", "backends", "lockout"),
    *("shortcuts", "middleware", "front", "personal", "publisher"),
}

VIOLATIONS = {
    "Apps import downwards only": (
        "apps/course/services.py",
        "from luffy_api.apps.order import states",
    ),
    "libs import nothing of ours": (
        "libs/storage/local.py",
        "from luffy_api.apps.course import pricing",
    ),
    "Wrappers of payment SDKs do not know each other": (
        "libs/wechatpay_v3/crypto.py",
        "from luffy_api.libs.alipay_v1 import keys",
    ),
    "common imports nothing from apps or libs": (
        "common/health.py",
        "from luffy_api.libs import sms",
    ),
    "alipay_sandbox and the shop meet over HTTP only": (
        "apps/alipay_sandbox/services.py",
        "from luffy_api.apps.order import states",
    ),
    "alipay_sandbox imports nothing of the shop": (
        "apps/alipay_sandbox/services.py",
        "from luffy_api.libs import alipay_v1",
    ),
    "wechatpay_sandbox and the shop meet over HTTP only": (
        "apps/wechatpay_sandbox/services.py",
        "from luffy_api.apps.order import states",
    ),
    "wechatpay_sandbox imports nothing of the shop": (
        "apps/wechatpay_sandbox/services.py",
        "from luffy_api.libs import wechatpay_v3",
    ),
    "Only a payment provider imports a payment SDK wrapper": (
        "apps/order/payment/services.py",
        "from luffy_api.libs import alipay_v1",
    ),
    "Inside an app: urls, views, serializers, services, selectors, models, exceptions": (
        "apps/course/services.py",
        "from luffy_api.apps.course import serializers",
    ),
    # A file of no known name is covered, too.
    "Only what serves HTTP knows rest_framework": (
        "apps/order/payment/promises.py",
        "from rest_framework import status",
    ),
    "No app uses another app's views, serializers or urls": (
        "apps/order/serializers/orders.py",
        "from luffy_api.apps.course import serializers as other",
    ),
    # One module may ask one question: what a student has watched.
    "Selling needs neither videos nor learning": (
        "apps/order/refund_policy.py",
        "from luffy_api.apps.learning import progress",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        # The report is wrapped to this width.
        env={**os.environ, "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_to(folder: Path) -> Path:
    """A copy of the source tree that a test may spoil."""
    ignored = shutil.ignore_patterns("__pycache__", "*.webp", "*.mp4", "*.ts", "*.sql")
    shutil.copytree(settings.BASE_DIR / "luffy_api", folder / "luffy_api", ignore=ignored)
    shutil.copy(settings.BASE_DIR / ".importlinter", folder)
    return folder


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory) -> subprocess.CompletedProcess[str]:
    """What is reported about a tree with all the violations: to read it takes seconds."""
    folder = copy_to(tmp_path_factory.mktemp("spoilt"))
    for file, line in VIOLATIONS.values():
        with (folder / "luffy_api" / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    return lint(folder)


def broken_imports(report: str, contract: str) -> str:
    """The imports that are reported to break a contract."""
    _, *sections = re.split(r"^(\S.*)\n-+\n", report.partition("Broken contracts")[2], flags=re.M)
    return dict(zip(sections[::2], sections[1::2], strict=True)).get(contract, "")


def test_the_tree_keeps_every_contract(tmp_path):
    result = lint(copy_to(tmp_path))

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_is_reported(spoilt, contract):
    file, line = VIOLATIONS[contract]
    importer = ".".join(["luffy_api", *Path(file).with_suffix("").parts])
    package = line.split()[1]

    said = broken_imports(spoilt.stdout, contract)

    assert spoilt.returncode == 1
    assert re.search(rf"^- +{importer} -> {package}[. ]", said, re.M), spoilt.stdout


def test_every_contract_has_a_planted_violation():
    text = (settings.BASE_DIR / ".importlinter").read_text(encoding="utf-8")

    names = {
        line.removeprefix("name = ") for line in text.splitlines() if line.startswith("name = ")
    }

    assert names == set(VIOLATIONS)


def imported_modules(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return modules


def test_only_what_serves_http_imports_djangos_http():
    # import-linter cannot name a part of an external package.
    modules = [
        path.relative_to(APPS)
        for path in APPS.rglob("*.py")
        if not {"tests", "alipay_sandbox", "wechatpay_sandbox"} & set(path.relative_to(APPS).parts)
    ]
    others = [path for path in modules if not SERVES_HTTP & {path.stem, *path.parts}]

    offenders = [path for path in others if "django.http" in imported_modules(APPS / path)]

    assert len(others) > 50
    assert offenders == []


def test_signals_are_not_used():
    sources = (settings.BASE_DIR / "luffy_api").rglob("*.py")

    offenders = [path for path in sources if "django.db.models.signals" in imported_modules(path)]

    assert offenders == []


def test_only_one_module_reads_the_environment():
    # gunicorn's file reads where systemd listens, before there are settings.
    allowed = {
        "env.py",
        "test.py",
        "manage.py",
        "wsgi.py",
        "asgi.py",
        "gunicorn_config.py",
        "conftest.py",
    }
    sources = [
        path
        for path in (settings.BASE_DIR / "luffy_api").rglob("*.py")
        if path.name not in allowed and "tests" not in path.parts
    ]

    offenders = [path for path in sources if "os.environ" in path.read_text(encoding="utf-8")]

    assert offenders == []


def test_rows_are_locked_in_locks_py_only():
    sources = [
        path
        for path in (settings.BASE_DIR / "luffy_api").rglob("*.py")
        if path.name != "locks.py" and "tests" not in path.parts
    ]

    offenders = [path for path in sources if "select_for_update" in path.read_text("utf-8")]

    assert offenders == []
