# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's ldapsearch against a running site."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cast import password_of
from tests.e2e.site import SUFFIX
from tests.programs import find_program

Attributes = Mapping[str, tuple[str, ...]]
PEOPLE = f"ou=people,{SUFFIX}"


@dataclass(frozen=True)
class Found:
    """What ldapsearch brought: its exit status (LDAP's result code) and entries by DN."""

    code: int
    entries: Mapping[str, Attributes]
    told: str

    @property
    def names(self) -> set[str]:
        """The ``uid`` in each DN."""
        return {dn.partition(",")[0].removeprefix("uid=") for dn in self.entries}


def ldapsearch(
    url: str, login: str, condition: str, *attributes: str, password: str | None = None, base: str = PEOPLE, trusted: Path | None = None
) -> Found:
    """Search as somebody; ``trusted`` is a certificate that ``ldaps`` may show."""
    program = find_program("ldapsearch", package="ldap-utils")
    who = ["-D", login, "-w", password or password_of(login)]
    done = subprocess.run(
        [program, "-x", "-LLL", "-o", "ldif-wrap=no", "-H", url, *who, "-b", base, condition, *attributes],
        capture_output=True, text=True, check=False, timeout=120,
        env=os.environ | ({"LDAPTLS_CACERT": str(trusted)} if trusted is not None else {}),
    )  # fmt: skip
    return Found(done.returncode, dict(_records(done.stdout)), done.stderr)


def _records(ldif: str) -> list[tuple[str, Attributes]]:
    found = []
    for block in ldif.split("\n\n"):
        values: dict[str, list[str]] = {}
        for line in block.splitlines():
            name, _, value = line.partition(":")
            text = base64.b64decode(value[1:]).decode() if value.startswith(":") else value.strip()
            values.setdefault(name, []).append(text)
        if "dn" in values:
            found.append((values.pop("dn")[0], {name: tuple(given) for name, given in values.items()}))
    return found
