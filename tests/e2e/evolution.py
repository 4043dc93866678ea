# SPDX-License-Identifier: GPL-3.0-or-later
"""evolution-data-server: what GNOME's Evolution, Contacts, Calendar and phones with GNOME sync with, in a session of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programs import absent, find_program

_INSIDE = Path(__file__).with_name("evolution_inside.py")
# Passwords are kept by a keyring of this session, which an empty password opens.
_SESSION = 'echo | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$1"'


class Refused(AssertionError):
    """The library gave an error; this is what it says to its user."""


@dataclass(frozen=True)
class Evolution:
    """A session with address books, which are called by the names that we give them."""

    process: subprocess.Popen[str]

    def ask(self, name: str, *arguments: str | int) -> Any:
        """Call a method of evolution_inside.Evolution. Raises Refused."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "evolution-data-server's session ended"
        value, error = json.loads(line)
        if error is not None:
            raise Refused(error)
        return value


@contextmanager
def evolution(folder: Path) -> Iterator[Evolution]:
    """Start a session whose home is ``folder``; all of it is gone afterwards."""
    python = find_program("/usr/bin/python3", package="python3")
    dbus = find_program("dbus-run-session", package="dbus")
    find_program("gnome-keyring-daemon", package="gnome-keyring")
    if subprocess.run([python, "-c", "import gi; gi.require_version('EBook', '1.2')"], capture_output=True, check=False).returncode != 0:
        absent("evolution-data-server is not installed: apt install evolution-data-server gir1.2-ebook-1.2 python3-gi")
    folder.mkdir()
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    log = folder / "evolution.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [dbus, "--", "bash", "-c", _SESSION, python, _INSIDE], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            start_new_session=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), "LANG": "C.UTF-8"},
        )  # fmt: skip
    try:
        yield Evolution(process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)
        print("--- log of the session", log.read_text(errors="replace")[-3_000:], sep="\n")  # noqa: T201 # pytest shows it beside a failure only
