"""The SDK reconfigures logging when it is imported; ours must not let it."""

import subprocess
import sys

PROGRAM = """
import logging, logging.handlers
memory = logging.handlers.MemoryHandler(100)
memory.name = "ours"
logging.basicConfig(level=logging.INFO, handlers=[memory])
before = (logging.root.handlers[:], logging.root.level, logging._handlerList[:])
registered = dict(logging._handlers)
import luffy_api.libs.alipay_v1
from luffy_api.libs.alipay_v1.sdk import load_sdk
assert load_sdk().AliPay
assert (logging.root.handlers[:], logging.root.level, logging._handlerList[:]) == before
assert dict(logging._handlers) == registered
assert logging.getLogger("python-alipay-sdk").handlers == []
"""


def test_the_sdk_leaves_logging_alone():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
