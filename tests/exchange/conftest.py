# SPDX-License-Identifier: GPL-3.0-or-later
"""A company on both engines, and short ways to import and export."""

from __future__ import annotations

from tests.companies import company, copied_url, parts, prepared, small_sample

__all__ = ["company", "copied_url", "parts", "prepared", "small_sample"]
