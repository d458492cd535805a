"""The shop's WSGI application, with switches for faults in it."""

from importlib import import_module

from luffy_api.tests.processes.quiet_wsgi import application

# Models can only be imported now that the application has been set up.
import_module("luffy_api.tests.processes.faults").install()

__all__ = ["application"]
