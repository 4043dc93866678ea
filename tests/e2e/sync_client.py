# SPDX-License-Identifier: GPL-3.0-or-later
"""vdirsyncer: a real CardDAV client that keeps a folder of cards."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_CONFIG = """
[general]
status_path = "{folder}/status"

[pair book]
a = "here"
b = "there"
collections = ["people"]
conflict_resolution = "b wins"
partial_sync = "revert"

[storage here]
type = "filesystem"
path = "{folder}/cards"
fileext = ".vcf"

[storage there]
type = "carddav"
url = "{url}/dav/"
read_only = true
username = "{login}"
password = "{password}"
"""
_COPIED = re.compile(r"Copying \((?:updating|uploading)\) item .* to here")
_DELETED = re.compile(r"Deleting item .* from here")


@dataclass(frozen=True)
class Pass:
    """One run: how many cards it wrote and removed here, as it says itself."""

    copied: int
    deleted: int


@dataclass(frozen=True)
class SyncClient:
    """A folder that follows the book ``people`` for somebody."""

    folder: Path

    @classmethod
    def connect(cls, folder: Path, url: str, login: str, password: str) -> SyncClient:
        """Set up as a person would: a config file, then ``vdirsyncer discover``."""
        folder.mkdir()
        (folder / "config").write_text(_CONFIG.format(folder=folder, url=url, login=login, password=password))
        made = cls(folder)
        made._run("discover", answers="y\n" * 10)
        return made

    def sync(self) -> Pass:
        """One pass."""
        told = self._run("sync")
        return Pass(len(_COPIED.findall(told)), len(_DELETED.findall(told)))

    def cards(self) -> dict[str, bytes]:
        """The cards that it has now, by file name."""
        return {file.name: file.read_bytes() for file in (self.folder / "cards" / "people").iterdir()}

    def _run(self, *words: str, answers: str = "") -> str:
        program = Path(sys.executable).with_name("vdirsyncer")
        done = subprocess.run(
            [program, "-v", "INFO", "-c", self.folder / "config", *words],
            input=answers, capture_output=True, text=True, check=False, timeout=300,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"},
        )  # fmt: skip
        told = done.stdout + done.stderr
        assert done.returncode == 0, told[-4_000:]
        return told
