# SPDX-License-Identifier: GPL-3.0-or-later
"""A company in which nobody has confirmed anything for very long, with mail that goes nowhere: what its letters hold is read from them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from dirserver.config import MailSettings
from dirserver.identity.sealing import Sealer
from dirserver.model.letter import SEALED_FOR
from dirserver.store.delivery import outbox
from dirserver.wiring import Parts, read_key, wire


def age(parts: Parts) -> None:
    """Let everything have been made in 1970."""
    with parts._store.writing() as tx:
        tx.connection.execute(text("UPDATE entry SET created_us = 1, confirmed_us = NULL"))


def with_mail(parts: Parts) -> Parts:
    """The same with a mail server that nobody will ever reach."""
    return wire(replace(parts.config, mail=MailSettings(host="mail.invalid")))


def secrets_for(parts: Parts, login: str) -> list[str]:
    """The secrets of the links in somebody's letters."""
    with parts._store.reading() as tx:
        sealed = [row.sealed for row in outbox.listed(tx) if row.login == login and row.sealed]
    sealer = Sealer(read_key(parts.config), SEALED_FOR)
    return [secret for one in sealed if (secret := sealer.open(one, 10**9)) is not None]
