# SPDX-License-Identifier: GPL-3.0-or-later
"""A company on both engines."""

from __future__ import annotations

from tests.agreement.runs import sqlite_company
from tests.companies import company, copied_url, parts, prepared

__all__ = ["company", "copied_url", "parts", "prepared", "sqlite_company"]
