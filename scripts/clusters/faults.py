"""The faults: what is done to the school while customers buy, and what has to be true of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from scripts.clusters.galera import Node
from scripts.clusters.school import School
from scripts.clusters.services import master_of, wait_for_master

# Seconds for which a fault lasts, unless it says otherwise; and until systemd restarts MariaDB.
LASTS, RESTART = 15, 5
# Seconds after which something is written again, or the run has failed.
MOST_PAUSE = 10


@dataclass
class Told:
    """What a fault has to say beside the figures of the ledger.

    `healed_at` is the monotonic second from which writing is asked for, where none was possible.
    """

    note: str = ""
    healed_at: float | None = None


Fault = Callable[[School], Told]
FAULTS: dict[str, Fault] = {}


def fault(act: Fault) -> Fault:
    """Decorator: an entry of the table, by the name of the function."""
    FAULTS[act.__name__.replace("_", "-")] = act
    return act


def title(name: str) -> str:
    """The first line of its docstring."""
    return (FAULTS[name].__doc__ or name).strip().partition("\n")[0].rstrip(".")


def _rejoin(node: Node) -> str:
    mark = node.log_size()
    began = time.monotonic()
    node.start()
    node.wait_until_synced(180)
    return f"back after {time.monotonic() - began:.0f} s, {node.transfers_since(mark)}"


@fault
def nothing(school: School) -> Told:
    """No fault."""
    time.sleep(LASTS)
    return Told()


@fault
def writer_killed(school: School) -> Told:
    """The node that takes the writes is killed (-9); it starts again."""
    node = school.cluster.nodes[0]
    node.process.kill()
    time.sleep(RESTART)
    return Told(_rejoin(node))


@fault
def writer_frozen(school: School) -> Told:
    """The node that takes the writes is frozen (SIGSTOP), and goes on later."""
    return _frozen(school, school.cluster.nodes[0])


@fault
def other_node_frozen(school: School) -> Told:
    """A node without connections of the shops is frozen (SIGSTOP), and goes on later."""
    return _frozen(school, school.cluster.nodes[2])


def _frozen(school: School, node: Node) -> Told:
    mark = node.log_size()
    node.process.freeze()
    time.sleep(LASTS)
    node.process.thaw()
    seconds = school.cluster.wait_until_whole()
    return Told(f"back after {seconds:.0f} s, {node.transfers_since(mark)}")


@fault
def host_cut_off(school: School) -> Told:
    """The first host, with writer, shop and master of Redis, is cut off the network."""
    host, node = school.network.hosts[0], school.cluster.nodes[0]
    mark = node.log_size()
    host.pull_out()
    time.sleep(LASTS)
    refuses = not node.is_synced()
    host.put_back()
    seconds = school.cluster.wait_until_whole()
    alone = "it refused meanwhile" if refuses else "IT SERVED MEANWHILE"
    return Told(f"{alone}; back after {seconds:.0f} s, {node.transfers_since(mark)}")


@fault
def node_replaced(school: School) -> Told:
    """A node has lost its disk, and is filled by a copy of another one (SST)."""
    node = school.cluster.nodes[2]
    node.process.kill()
    node.forget_everything()
    return Told(_rejoin(node))


@fault
def two_nodes_gone(school: School) -> Told:
    """Two nodes are killed (-9); the third may not decide alone, until both are back."""
    survivor, *others = school.cluster.nodes
    for node in others:
        node.process.kill()
    time.sleep(LASTS)
    refuses = not survivor.is_synced()
    alone = "it refused meanwhile" if refuses else "IT SERVED MEANWHILE"
    for node in others:
        node.start()
    healed_at = time.monotonic()
    seconds = school.cluster.wait_until_whole()
    return Told(f"{alone}; three of three {seconds:.0f} s after the start of both", healed_at)


@fault
def two_nodes_lost(school: School) -> Told:
    """Two nodes are lost for good; an operator makes the third the cluster, and adds new ones."""
    survivor, *others = school.cluster.nodes
    for node in others:
        node.process.kill()
        node.forget_everything()
    time.sleep(LASTS)
    survivor.make_primary()
    healed_at = time.monotonic()
    notes = []
    for node in others:
        notes.append(_rejoin(node))
    return Told(f"pc.bootstrap; {'; '.join(notes)}", healed_at)


@fault
def all_nodes_killed(school: School) -> Told:
    """All three nodes are killed (-9) at once, as by a power cut, and start again."""
    for node in school.cluster.nodes:
        node.process.kill()
    time.sleep(RESTART)
    for node in school.cluster.nodes:
        node.start()
    healed_at = time.monotonic()
    seconds = school.cluster.wait_until_whole()
    return Told(f"a majority by themselves (pc.recovery) after {seconds:.0f} s", healed_at)


@fault
def proxy_killed(school: School) -> Told:
    """The database proxy of one host is killed (-9) and starts again after a second."""
    for proxy in school.proxies:
        proxy.process.kill()
        time.sleep(1)
        proxy.process.start()
        time.sleep(3)
    return Told("one host after the other")


@fault
def shop_killed(school: School) -> Told:
    """The shop of a host is killed (-9), web server and runner, and starts again."""
    shop = school.shops[1]
    shop.web.kill()
    shop.tasks.kill()
    time.sleep(1)
    shop.start()
    return Told(f"listens again after {shop.wait_until_listening():.0f} s")


@fault
def redis_failover(school: School) -> Told:
    """The master of Redis is killed (-9); Sentinel makes another one the master."""
    old = master_of(school.redis)
    old.process.kill()
    seconds = wait_for_master(school.redis, except_for=old)
    time.sleep(RESTART)
    old.process.start()
    return Told(f"a new master after {seconds:.0f} s")


@fault
def rolling_restart(school: School) -> Told:
    """Everything is restarted one by one: nodes, proxies, shops, Redis."""
    notes = []
    for node in school.cluster.nodes:
        node.process.stop()
        notes.append(_rejoin(node))
    for proxy in school.proxies:
        proxy.process.stop()
        proxy.process.start()
        time.sleep(2)
    for shop in school.shops:
        shop.stop()
        shop.start()
        shop.wait_until_listening()
    for redis in school.redis:
        redis.process.stop()
        redis.process.start()
        wait_for_master(school.redis)
    return Told("; ".join(notes))
