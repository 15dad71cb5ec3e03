"""Say, before anything is installed or seeded, when another program listens where Academy is to be served.

The server shares its port among its workers (SO_REUSEPORT), so a second one would start without a word and answer every other
request. Needs nothing but Python: `python tools/port_is_free.py HOST PORT [COMMAND]`.
"""

from __future__ import annotations

import errno
import socket
import sys

HIGHEST_PORT = 65_535


def problem_with(host: str, port: int) -> str:
    """Return a sentence that says why nobody can listen there, empty when somebody can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        return f"HOST is {host}, which this machine cannot find ({error.strerror or error})."
    with socket.socket(family, kind, protocol) as probe:
        # A port that was closed a moment ago counts as free, as it does for the server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} on {host} is in use by another program."
            return f"Port {port} on {host} cannot be opened ({error.strerror})."
    return ""


def free_port_after(host: str, port: int) -> int:
    """Return the next port that is free, 0 when there is none among the hundred that follow."""
    following = range(port + 1, min(port + 100, HIGHEST_PORT) + 1)
    return next((number for number in following if not problem_with(host, number)), 0)


def main(host: str, port: str, command: str = "make run") -> str:
    """Return what to tell the person who started the command, empty when all is well."""
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= HIGHEST_PORT):
        return f"PORT is {port!r}. It must be a whole number from 1 to {HIGHEST_PORT}, such as: {command} PORT=8001"
    problem = problem_with(host, int(port))
    if not problem or problem.startswith("HOST"):
        return problem
    other = free_port_after(host, max(int(port), 1024))
    return f"{problem} Stop it, or choose another port: {command} PORT={other}" if other else problem


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) or 0)
