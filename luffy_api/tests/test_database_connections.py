"""The network connections below those to MariaDB, without a server."""

import gc
import socket
import warnings

from luffy_api.common.mysql.line import Line


def test_a_line_whose_thread_has_ended_is_closed_without_a_warning():
    # Given a line that nobody closes, in a circle as the threads of Django keep theirs
    ours, theirs = socket.socketpair()
    line = Line(ours.fileno())
    line.connection = {"line": line}
    ours.close()
    # When it is collected
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        del line
        gc.collect()
    # Then the other side sees its end, and nobody is warned
    assert seen == []
    assert theirs.recv(1) == b""
    theirs.close()
