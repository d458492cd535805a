"""The vendor's SDK, imported without its logging setup."""

import logging
import sys
from importlib import import_module
from types import ModuleType


def load_sdk() -> ModuleType:
    """Return the module `alipay`."""
    # `alipay.loggers` calls logging.config.dictConfig when imported, which closes every handler of
    # the process. It holds nothing but a logger, so a module of ours takes its place.
    stand_in = ModuleType("alipay.loggers")
    stand_in.logger = logging.getLogger("python-alipay-sdk")  # type: ignore[attr-defined]
    sys.modules.setdefault("alipay.loggers", stand_in)
    return import_module("alipay")
