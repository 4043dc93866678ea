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
    who_can,
)

_ABOUT_ACCOUNTS = (overview, accounts, account, lockouts, hashes, groups)
_ABOUT_RIGHTS = (grants, who_can, fields, approvals, profiles)
_ABOUT_THE_REST = (integrations, audit, settings)
PAGES = tuple(page.pages for page in (*_ABOUT_ACCOUNTS, *_ABOUT_RIGHTS, *_ABOUT_THE_REST))
WITH_FILES = hashes.WITH_FILES
PLACES = frame.PLACES
install = frame.install
