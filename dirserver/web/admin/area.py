# SPDX-License-Identifier: GPL-3.0-or-later
"""The area as the application takes it in."""

from __future__ import annotations

from dirserver.web.admin import account, accounts, approvals, audit, fields, frame, grants, groups, overview, profiles, settings

PAGES = tuple(page.pages for page in (overview, accounts, account, groups, grants, fields, approvals, profiles, audit, settings))
PLACES = frame.PLACES
install = frame.install
