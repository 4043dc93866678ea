# SPDX-License-Identifier: GPL-3.0-or-later
"""The area as the application takes it in."""

from __future__ import annotations

from dirserver.web.admin import (
    account,
    accounts,
    approvals,
    audit,
    fields,
    frame,
    grants,
    groups,
    hashes,
    integrations,
    lockouts,
    overview,
    profiles,
    settings,
)

PAGES = tuple(
    page.pages
    for page in (overview, accounts, account, lockouts, hashes, groups, grants, fields, approvals, profiles, integrations, audit, settings)
)
WITH_FILES = hashes.WITH_FILES
PLACES = frame.PLACES
install = frame.install
