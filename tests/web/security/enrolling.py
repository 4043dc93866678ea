# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody at the pages with an authenticator app, and somebody who signed in long ago."""

from __future__ import annotations

import re
import time

from flask import Flask

from dirserver.identity import totp
from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts
from tests.identity.second_factors import seed_of
from tests.web.visitor import Page, Visitor

APP = "/me/security/app"
CODE = re.compile(r"[a-z2-9]{6}(?:-[a-z2-9]{6}){3}")


def now_us(steps: int = 0) -> int:
    return time.time_ns() // 1000 + steps * 30_000_000


def enrol(visitor: Visitor) -> tuple[bytes, Page]:
    """Set an app up with the code of the step before, so that the next one is still good."""
    page = visitor.open(APP)
    if 'id="key"' not in page.html:
        visitor.send(f"{APP}/begin", page.form(f"{APP}/begin").filled())
        page = visitor.open(APP)
    found = re.search(r'id="key">([A-Z2-7 ]+)<', page.html)
    assert found is not None
    seed = seed_of(found[1])
    return seed, visitor.send(f"{APP}/confirm", page.form(f"{APP}/confirm").filled(code=totp.code_at(seed, now_us(-1))))


def stale(parts: Parts, app: Flask, login: str = "ada") -> Visitor:
    """Somebody who signed in an hour ago."""
    account = parts.identity.account(login)
    secret = parts.identity.open_session(Principal(Door.WEB, account.id, account.login), address="127.0.0.1")
    with parts._store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE session SET proved_us = 0")
    visitor = Visitor(app)
    visitor.client.set_cookie("dirserver", secret, domain="localhost")
    return visitor
