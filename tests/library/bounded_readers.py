"""Readers that misbehave in every way that a reader of strangers' files can."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

Emit = Callable[[dict[str, Any]], None]


def echo(request: dict[str, Any], emit: Emit) -> None:
    emit({"said": request["words"], "raw": b"\x00\xff"})


def sleep_after_one(request: dict[str, Any], emit: Emit) -> None:
    emit({"number": 1})
    time.sleep(60)


def spin(request: dict[str, Any], emit: Emit) -> None:
    emit({"number": 1})
    while True:
        pass


def hoard(request: dict[str, Any], emit: Emit) -> None:
    emit({"number": 1})
    hoarded = []
    while True:
        hoarded.append(bytearray(8 * 2**20))


def fail(request: dict[str, Any], emit: Emit) -> None:
    emit({"number": 1})
    raise LookupError("nothing here")


def die(request: dict[str, Any], emit: Emit) -> None:
    emit({"number": 1})
    os.kill(os.getpid(), 11)


def write_half_a_record(request: dict[str, Any], emit: Emit) -> None:
    emit({"number": 1})
    sys.stdout.write('{"number": ')
    sys.stdout.flush()
    os._exit(0)


def chatter(request: dict[str, Any], emit: Emit) -> None:
    while True:
        emit({"words": "x" * 2**20})


def surroundings(request: dict[str, Any], emit: Emit) -> None:

    names = sorted({name.partition(".")[0] for name in sys.modules})
    emit({"modules": names, "environment": sorted(os.environ), "first_path": sys.path[0]})
