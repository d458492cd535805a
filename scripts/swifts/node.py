"""One server of Swift, run by the Python of Debian's package: `node.py KIND FILE`.

KIND is `rings`, whose file is a JSON object of ports by kind of server, or a kind of server with
its configuration. Nothing of /etc/swift is read.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from swift.common.ring import RingBuilder
from swift.common.utils import set_swift_dir
from swift.common.wsgi import run_wsgi

# One device is all there is: sixteen partitions of one replica each.
PART_POWER, REPLICAS = 4, 1


def build_rings(path: Path) -> None:
    """Writes the ring of each kind of server beside the file."""
    for kind, port in json.loads(path.read_text(encoding="utf-8")).items():
        builder = RingBuilder(PART_POWER, REPLICAS, 1)
        place = {"ip": "127.0.0.1", "port": port, "region": 1, "zone": 1, "device": "d1"}
        builder.add_dev({**place, "weight": 1.0, "meta": ""})
        builder.rebalance()
        builder.get_ring().save(str(path.parent / f"{kind}.ring.gz"))


class NoCache:
    """Stands for memcached, which tempauth insists on although signed requests need none of it."""

    def get(self, *_: Any, **__: Any) -> None:
        """Nothing is known."""

    set = delete = incr = decr = get_multi = set_multi = get


def no_cache(_: Any, **__: Any) -> Callable[[Any], Any]:
    """The factory of a filter of the proxy server's pipeline."""

    def made(application: Any) -> Any:
        def answer(environ: dict[str, Any], start: Any) -> Any:
            environ["swift.cache"] = NoCache()
            return application(environ, start)

        return answer

    return made


def main() -> int:
    """Exit status; a server goes on until it is ended."""
    kind, path = sys.argv[1], Path(sys.argv[2])
    set_swift_dir(str(path.parent))
    if kind == "rings":
        build_rings(path)
        return 0
    return int(run_wsgi(str(path), f"{kind}-server", verbose=True) or 0)


if __name__ == "__main__":
    sys.exit(main())
