"""Runs a reader of strangers' files in a child process with hard limits, so that no upload can take the server down.

A reader is a function `read(request: dict, emit: Callable[[dict], None]) -> None` in a module of this project that
imports no Django. It emits records one by one: what was emitted before a crash, a full memory or a time-out is kept.
"""

from __future__ import annotations

import base64
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

_ROOT = Path(__file__).resolve().parents[2]
_MAX_OUTPUT_BYTES = 64 * 2**20
_OUT_OF_MEMORY_CODE = 77
# -I keeps the child apart from the surroundings (no PYTHON* variables, no current folder); the project is put last on
# the path so that nothing in it can stand in for a library.
_BOOTSTRAP = (
    "import sys; sys.path.append(sys.argv[1]); from library.files.bounded import child_main; child_main(sys.argv[2:])"
)
_CHILD_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}


class Ending(StrEnum):
    """How the child ended."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class BoundedRun:
    """What a child emitted, in order, and how it ended. `error` is the last line it said when it crashed."""

    records: tuple[dict[str, Any], ...]
    ending: Ending
    error: str = ""


def run_bounded(reader: str, request: Mapping[str, Any], *, timeout_seconds: float, memory_bytes: int) -> BoundedRun:
    """Call `reader` ("package.module:function") with `request` in a child process and collect what it emits.

    The child may use `memory_bytes` of address space, `timeout_seconds` of clock and processor time, and can write no
    file larger than its answer. Never raises for what the child does; OSError when no process can be started.
    """
    command = [sys.executable, "-I", "-B", "-c", _BOOTSTRAP, str(_ROOT), reader]
    command += [json.dumps(dict(request)), str(timeout_seconds), str(memory_bytes)]
    environment = {**_CHILD_ENVIRONMENT, "PATH": os.environ.get("PATH", "")}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 - the command is ours; only JSON data comes from outside
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment, start_new_session=True
        )
        try:
            code: int | None = _wait(process, timeout_seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        error = _last_line(errors) if code else ""
        return BoundedRun(_read_records(output), _ending_of(code, error), error)


def _wait(process: subprocess.Popen[bytes], timeout_seconds: float) -> int:
    """Wait like `Popen.wait`, which looks only every 50 ms; where the system can, wake when the child ends."""
    try:
        handle = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        return process.wait(timeout=timeout_seconds)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        poll.poll(timeout_seconds * 1000)
    finally:
        os.close(handle)
    return process.wait(timeout=0)


def _read_records(output: IO[bytes]) -> tuple[dict[str, Any], ...]:
    output.seek(0)
    records = []
    for line in output:
        if not line.endswith(b"\n"):
            break  # The child was stopped in the middle of a record.
        try:
            records.append(json.loads(line))
        except ValueError:
            break
    return tuple(records)


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - 4000))
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:500] if lines else ""


def _ending_of(code: int | None, error: str) -> Ending:
    if code is None or code in (-signal.SIGXCPU, -signal.SIGALRM):
        return Ending.TIMED_OUT
    if code == 0:
        return Ending.FINISHED
    is_memory = code == _OUT_OF_MEMORY_CODE or "MemoryError" in error or "bad_alloc" in error
    return Ending.OUT_OF_MEMORY if is_memory else Ending.CRASHED


def child_main(arguments: list[str]) -> None:
    """Carry out one request inside the child; the bootstrap line calls it, nothing else should."""
    reader, request, timeout_seconds, memory_bytes = arguments
    _limit_this_process(float(timeout_seconds), int(memory_bytes))
    module_name, _, function_name = reader.partition(":")
    module = __import__(module_name, fromlist=[function_name])
    read: Callable[[dict[str, Any], Callable[[dict[str, Any]], None]], None] = getattr(module, function_name)
    try:
        read(json.loads(request), _emit)
        sys.stdout.flush()
    except MemoryError:
        sys.stdout.flush()
        os._exit(_OUT_OF_MEMORY_CODE)
    # Native libraries may take long, or stumble, over tidying up after a hostile file. The answer is out: leave.
    os._exit(0)


def _emit(record: dict[str, Any]) -> None:
    plain = {key: _plain(value) for key, value in record.items()}
    sys.stdout.write(json.dumps(plain) + "\n")
    sys.stdout.flush()


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def bytes_of(value: Mapping[str, str] | None) -> bytes | None:
    """Return the bytes that a reader emitted in a record, or None when it emitted none."""
    return None if value is None else base64.b64decode(value["base64"])


def _limit_this_process(timeout_seconds: float, memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Not a Unix: the clock in the parent still holds.
        return
    seconds = max(1, int(timeout_seconds) + 1)
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: _MAX_OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for name, value in limits.items():
        try:
            hard = resource.getrlimit(name)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(name, (value, value))
        except (ValueError, OSError):
            continue  # Some systems do not know every limit; the others still hold.
