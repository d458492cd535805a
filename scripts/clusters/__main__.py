"""The shop on three hosts, and a table of faults under customers who keep a ledger.

    ./scripts/cluster                  50,000 acknowledged writes, every fault
    ./scripts/cluster --quick          3,000, every fault
    ./scripts/cluster FAULT …          the named faults only
                      --writes N       so many acknowledged writes in all, at least
                      --minutes N      end after about so long, with what was reached until then
                      --customers N    so many at the same time (12)
                      --spread         all three nodes take writes, instead of one

As root. It exits with 0 if nothing was lost or doubled and writing went on within 10 s of each
fault. Results are in var/cluster: the ledger, the table, and log/ with what every process said.
"""

import argparse
import os
import sys
import time
from math import inf
from pathlib import Path

FULL, QUICK = 50_000, 3_000
DESCRIPTION = __doc__


def main() -> int:
    """Run it; 1 if something was lost, doubled, or took too long."""
    options = _arguments()
    from scripts.clusters.network import Network
    from scripts.clusters.school import School

    with Network(options.scratch, options.logs) as network:
        began = time.monotonic()
        school = School(network, spread=options.spread)
        school.start_database()
        with school.open():
            print(f"- Three hosts are up after {time.monotonic() - began:.0f} s", flush=True)
            from scripts.clusters.run import Run

            return Run(school, options).all()


def _arguments() -> argparse.Namespace:
    from scripts.clusters.faults import FAULTS, title

    parser = argparse.ArgumentParser(
        prog="./scripts/cluster",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:18} {title(name)}" for name in FAULTS),
        usage=argparse.SUPPRESS,
        add_help=False,
    )
    hidden = {"help": argparse.SUPPRESS}
    parser.add_argument("faults", nargs="*", metavar="FAULT", **hidden)
    parser.add_argument("--quick", action="store_true", **hidden)
    parser.add_argument("--writes", type=int, **hidden)
    parser.add_argument("--minutes", type=float, default=inf, **hidden)
    parser.add_argument("--customers", type=int, default=12, **hidden)
    parser.add_argument("--spread", action="store_true", **hidden)
    parser.add_argument("--scratch", type=Path, **hidden)
    parser.add_argument("--logs", type=Path, **hidden)
    parser.add_argument("-h", "--help", action="help", **hidden)
    options = parser.parse_args()
    if unknown := [name for name in options.faults if name not in FAULTS]:
        parser.error(f"no such fault: {', '.join(unknown)}; --help lists them")
    options.faults = options.faults or list(FAULTS)
    options.writes = options.writes or (QUICK if options.quick else FULL)
    return options


if __name__ == "__main__":
    os.nice(5)
    sys.exit(main())
