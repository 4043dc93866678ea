# SPDX-License-Identifier: GPL-3.0-or-later
"""The list from the drawer, brought in whole as a phone would bring it: with all that is wrong with it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.model.book import BookKind
from dirserver.model.principal import Principal
from tests.parts import CoreParts

COLUMNS = {
    "Given Name": "givenName",
    "Surname": "sn",
    "E-mail": "mail",
    "Work phone": "telephoneNumber",
    "Mobile": "mobile",
    "Company": "o",
    "Job": "title",
    "Department": "ou",
    "City": "l",
    "Notes": "description",
}


def uid_of(row: int) -> str:
    """The UUID that a row of the list gets."""
    return f"00000000-0000-4000-8000-{row:012d}"


def row_of(uuid: str) -> int:
    """The row that an entry was made of."""
    return int(uuid[-12:])


def key_of(shared_data: Path) -> tuple[dict[int, list[str]], list[dict[str, object]]]:
    """What is wrong with the list by row, and who is in it twice."""
    key = json.loads((shared_data / "dirty.key.json").read_text())
    return {int(row): kinds for row, kinds in key["defects"].items()}, key["duplicates"]


def bring_in(parts: CoreParts, shared_data: Path) -> None:
    """Make a book ``drawer`` of the list; what it says of confirmations is taken over."""
    with (shared_data / "dirty.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    mails = {row["E-mail"].casefold(): uid_of(number) for number, row in enumerate(rows, 1) if row["E-mail"]}
    drafts = []
    for number, row in enumerate(rows, 1):
        values = {name: (row[column],) for column, name in COLUMNS.items() if row[column]}
        values["cn"] = (f"{row['Given Name']} {row['Surname']}".strip(),)
        if row["Manager e-mail"]:
            values["manager"] = (f"urn:uuid:{mails.get(row['Manager e-mail'].casefold(), uid_of(9_000_000 + number))}",)
        drafts.append(Draft(from_attributes(values, uid=uid_of(number)), name=f"row{number}"))
    with parts.directory.writing(Principal.system()) as writing:
        book = writing.add_book("drawer", BookKind.SHARED, "Drawer")
        writing.add_all(book, drafts)
    with parts.store.writing() as tx:
        for number, row in enumerate(rows, 1):
            at = datetime.fromisoformat(row["Last confirmed"]).replace(tzinfo=UTC)
            question = text("UPDATE entry SET confirmed_us = :at WHERE uuid = :uuid")
            tx.connection.execute(question, {"at": round(at.timestamp() * 1e6), "uuid": uid_of(number)})
