"""Each file of deploy/ is accepted by the program for which it is."""

import http.client
import os
import re
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from luffy_api.tests.deployment.machine import DEPLOY, PROJECT, Machine, free_port, unit_files

pytestmark = pytest.mark.any_database
# Of 10.0, as systemd-analyze counts: less is safer.
MOST_EXPOSURE = 1.8
# What is newer than systemd 252, which skips it.
NEWER = re.compile(r"Unknown key (name )?'Restart(Steps|MaxDelaySec)'.*ignoring")
SERVICES = [path.name for path in unit_files() if path.suffix == ".service"]


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    yield machine
    machine.close()


@pytest.fixture
def units(machine) -> list[Path]:
    """The units of a machine on which everything that they name is there."""
    python = machine.path("/opt/luffy/current/.venv/bin/python")
    python.symlink_to("/bin/true")
    found = []
    for path in unit_files():
        unit = machine.path(f"/etc/systemd/system/{path.name}")
        unit.write_text(machine.text(f"systemd/{path.name}"))
        found.append(unit)
    return found


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [str(word) for word in command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )


def test_systemd_accepts_the_units(units):
    template = next(unit for unit in units if "@." in unit.name)
    instances = [template.with_name(f"luffy-web@{number}.service") for number in (1, 2)]
    for instance in instances:
        instance.symlink_to(template)

    result = run("systemd-analyze", "verify", "--man=no", *units, *instances)

    complaints = [line for line in result.stdout.splitlines() if "luffy" in line]
    assert [line for line in complaints if not NEWER.search(line)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_confined(units, name):
    [unit] = [each for each in units if each.name == name]
    most = round(MOST_EXPOSURE * 10)

    result = run("systemd-analyze", "security", "--offline=yes", f"--threshold={most}", unit)

    assert result.returncode == 0, result.stdout


def test_a_service_is_started_again_as_long_as_it_takes():
    for name in SERVICES:
        text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
        assert "Restart=always\n" in text
        assert "StartLimitIntervalSec=0\n" in text
        assert "Type=notify\n" in text


def test_logrotate_accepts_its_file(machine, tmp_path):
    log = machine.path("/var/log/luffy/access.log")
    log.write_text("a line\n")
    config = machine.path("/etc/logrotate.d/luffy")
    config.write_text(machine.text("logrotate/luffy"))
    config.chmod(0o644)

    result = run("logrotate", "-d", "-s", tmp_path / "state", config)

    assert result.returncode == 0, result.stdout
    assert f"considering log {log}" in result.stdout
    assert not re.search(r"error|unknown", result.stdout), result.stdout


@pytest.mark.parametrize(
    "names", [["mariadb/luffy.cnf"], ["mariadb/luffy.cnf", "galera/luffy-galera.cnf"]]
)
def test_mariadb_accepts_its_files_and_knows_every_value(tmp_path, names):
    file = tmp_path / "luffy.cnf"
    file.write_text("".join((DEPLOY / name).read_text(encoding="utf-8") for name in names))
    wanted = dict(
        line.lower().partition("=")[::2]
        for line in run("my_print_defaults", f"--defaults-file={file}", "mariadbd").stdout.split()
    )
    assert len(wanted) > 10

    known = run("mariadbd", f"--defaults-file={file}", "--user=root", "--verbose", "--help").stdout

    assert "[ERROR]" not in known, known[:500]
    for option, value in wanted.items():
        name = option.removeprefix("--")
        found = re.search(rf"^{name} +(\S+)", known, re.MULTILINE)
        assert found, name
        assert same(found[1].lower(), value), (name, found[1], value)


def same(told: str, written: str) -> bool:
    """Whether MariaDB tells a value as it was written: 1G is told in bytes, ON as TRUE."""
    if written[:-1].isdigit() and written[-1] in "mg":
        return int(told) == int(written[:-1]) << (20 if written[-1] == "m" else 30)
    switches = {"on": "true", "off": "false"}
    return set(told.split(",")) == set(switches.get(written, written).split(","))


def test_redis_starts_with_its_file_and_refuses_writes_when_it_is_full(tmp_path):
    port = free_port()
    config = tmp_path / "luffy.conf"
    text = (DEPLOY / "redis" / "luffy.conf").read_text(encoding="utf-8")
    assert "\nport 6379\n" in text
    text = text.replace("bind 127.0.0.1 -::1", "bind 127.0.0.1")
    config.write_text(f"{text.replace('port 6379', f'port {port}')}\ndir {tmp_path}\n")
    server = subprocess.Popen(["redis-server", config], stdout=subprocess.DEVNULL)
    try:
        ask = ["redis-cli", "-p", port]
        while run(*ask, "ping").stdout != "PONG\n":
            assert server.poll() is None
        said = run(*ask, "config", "get", "appendonly", "maxmemory-policy").stdout.split()
        run(*ask, "config", "set", "maxmemory", "1")
        refused = run(*ask, "set", "a", "b").stdout
    finally:
        server.kill()
        server.wait()

    assert sorted(said) == ["appendonly", "maxmemory-policy", "noeviction", "yes"]
    assert refused.startswith("OOM")


def test_haproxy_accepts_its_file():
    result = run("haproxy", "-c", "-f", DEPLOY / "haproxy" / "haproxy.cfg")

    assert result.returncode == 0, result.stdout
    assert "valid" in result.stdout
    assert "WARNING" not in result.stdout, result.stdout


def test_control_haproxy_refuses_a_mistake(tmp_path):
    text = (DEPLOY / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")
    config = tmp_path / "haproxy.cfg"
    config.write_text(text.replace("expect status 200", "expects status 200"))

    assert run("haproxy", "-c", "-f", config).returncode == 1


def test_systemd_accepts_the_unit_of_the_check(tmp_path):
    text = (DEPLOY / "galera" / "luffy-galera-check.service").read_text(encoding="utf-8")
    program = "/opt/luffy/bin/luffy-galera-check"
    assert program in text
    unit = tmp_path / "luffy-galera-check.service"
    unit.write_text(text.replace(program, "/bin/true"))

    verified = run("systemd-analyze", "verify", "--man=no", unit).stdout
    exposure = run("systemd-analyze", "security", "--offline=yes", "--threshold=25", unit)

    assert [line for line in verified.splitlines() if "luffy" in line] == []
    assert exposure.returncode == 0, exposure.stdout


GALERA_STATUS = "wsrep_ready\\t{}\\nwsrep_cluster_status\\t{}\\nwsrep_local_state\\t{}\\n"


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (("ON", "Primary", 4), 200, "ok"),
        # A donor goes on serving: it is copied by mariadb-backup.
        (("ON", "Primary", 2), 200, "ok"),
        (("ON", "Primary", 1), 503, "not synced"),
        (("OFF", "non-Primary", 0), 503, "wsrep_ready is not ON"),
        (("ON", "non-Primary", 4), 503, "in the minority"),
        (None, 503, "no answer"),
    ],
)
def test_the_proxy_learns_whether_a_node_may_serve(tmp_path, answer, status, reason):
    # Given a client of MariaDB that tells this, or waits for a frozen server
    says = f"printf '{GALERA_STATUS.format(*answer)}'" if answer else "exec sleep 30"
    client = tmp_path / "mariadb"
    client.write_text(f"#!/bin/sh\n{says}\n")
    client.chmod(0o755)
    port = free_port()
    command = [DEPLOY / "galera" / "luffy-galera-check", "--port", str(port)]
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    server = subprocess.Popen(command, env=environment)

    try:
        while (told := asked(port)) is None:
            assert server.poll() is None
    finally:
        server.kill()
        server.wait()

    assert told == (status, f"{reason}\n".encode())


def asked(port: int) -> tuple[int, bytes] | None:
    """Status and body of the answer at a port; None while nobody listens there."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        try:
            connection.request("GET", "/")
        except ConnectionRefusedError:
            return None
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize("path", sorted((DEPLOY / "bin").iterdir()), ids=lambda path: path.name)
def test_a_tool_is_a_script_that_may_be_run(path):
    assert os.access(path, os.X_OK)
    assert run("bash", "-n", path).returncode == 0


def test_every_setting_of_the_example_is_one_of_ours():
    def names(path: Path) -> set[str]:
        return set(re.findall(r"^([A-Z][A-Z0-9_]+)=", path.read_text(encoding="utf-8"), re.M))

    known = names(PROJECT / ".env.example")

    assert {name.removesuffix("_FILE") for name in names(DEPLOY / "luffy.env")} - known == set()


def test_control_a_unit_with_a_mistake_is_refused(units):
    unit = units[0].with_name("luffy-media.service")
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystem=maybe"))

    result = run("systemd-analyze", "verify", "--man=no", unit)

    assert re.search(r"luffy-media\.service:\d+: .*maybe", result.stdout), result.stdout


def test_prometheus_accepts_its_files(machine):
    rules = machine.path("/etc/prometheus/luffy-rules.yml")
    scrape = machine.path("/etc/prometheus/prometheus.yml")
    for path, name in ((rules, "luffy-rules.yml"), (scrape, "luffy-scrape.yml")):
        text = machine.text(f"prometheus/{name}")
        path.write_text(text.replace("/etc/prometheus", str(rules.parent)))

    result = run("promtool", "check", "config", scrape)

    assert result.returncode == 0, result.stdout
    assert "rules found" in result.stdout


def test_alerts_come_when_they_should_and_not_before():
    result = run("promtool", "test", "rules", DEPLOY / "prometheus" / "luffy-rules-test.yml")

    assert result.returncode == 0, result.stdout


def test_every_metric_of_an_alert_is_a_documented_one():
    rules = (DEPLOY / "prometheus" / "luffy-rules.yml").read_text(encoding="utf-8")
    documented = (PROJECT / "docs" / "metrics.md").read_text(encoding="utf-8")

    named = {name.removesuffix("_bucket") for name in re.findall(r"\bluffy_\w+", rules)}

    assert {name for name in named if f"`{name}`" not in documented} == set()
    assert len(named) > 8


def test_a_first_release_that_does_not_start_has_none_to_go_back_to(machine):
    # Given a release, and a systemctl that fails
    machine.install_tools()
    release = machine.path("/opt/luffy/releases/one/.venv/bin/python").parents[2]
    (release / ".venv/bin/python").symlink_to("/bin/true")
    (release / "luffy_web/dist/assets").mkdir(parents=True)
    (release / "luffy_web/dist/index.html").touch()

    result = machine.activate(release)

    assert result.returncode == 1
    assert f"{release} does not start; see journalctl" in result.stderr
    assert machine.path("/opt/luffy/current").resolve() == release
