# SPDX-License-Identifier: GPL-3.0-or-later
"""The company of the end-to-end tests: the thousand people of the sample data and the cast, brought in as an operator would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.e2e.site import Site

ADA_MOBILE = "+49 151 5550101"
NAMES = {
    "bruno": "Bruno Königsmann",
    "ada": "Ada Łukasińska",
    "chika": "Chika Öztürk",
    "dov": "Dov Ben-Ami",
    "esme": "Esmé O'Hara",
}
MANAGERS = {"ada": "bruno", "chika": "bruno", "dov": "chika", "esme": "bruno"}
SAMPLE_SIZE = 1_000
SIZE = SAMPLE_SIZE + len(NAMES)


def found_company(site: Site, shared_data: Path, *options: str) -> None:
    """Make the company: two imports, accounts, the contractors' group, a shared book. Nothing runs afterwards."""
    site.found(*options)
    site.run("import", shared_data / "people.csv", "--book", "people", "--apply")
    (site.folder / "cast.csv").write_text("\n".join(_cast_rows()) + "\n")
    site.run("import", "cast.csv", "--book", "people", "--apply")
    for login, name in NAMES.items():
        site.add_account(login, name)
    site.run("group", "add-member", "contractors", "esme")
    site.run("grant", "add", "account:chika", "own", "--book", "people", "--reads", "*", "--writes", "*")
    add_clients(site)
    site.run("grant", "add", "group:contractors", "view", "--book", "clients", "--reads", "public")


def uuid_of(login: str) -> str:
    """The UUID of one of the cast."""
    return f"0b000000-0000-4000-8000-{list(NAMES).index(login):012d}"


def _cast_rows() -> Iterator[str]:
    yield "uid,uuid,givenName,sn,cn,mail,telephoneNumber,mobile,homePhone,title,ou,employeeNumber,manager"
    for number, (login, name) in enumerate(NAMES.items(), 1):
        given, _, family = name.partition(" ")
        mobile = ADA_MOBILE if login == "ada" else f"+49151555100{number}"
        phones = f"+4930555100{number},{mobile},+4930555900{number}"
        who = f"{login},{uuid_of(login)},{given},{family},{name},{login}@example.com"
        yield f"{who},{phones},Specialist {number},Sales,900{number},{MANAGERS.get(login, '')}"


def add_clients(site: Site) -> None:
    """Make a shared book that everybody may change."""
    site.run("book", "add", "clients", "--name", "Clients")
    site.run("grant", "add", "authenticated", "delete", "--book", "clients", "--reads", "*", "--writes", "*")
