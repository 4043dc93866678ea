# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty directory on both engines."""

from __future__ import annotations

from tests.companies import copied_url, parts, prepared

__all__ = ["copied_url", "parts", "prepared"]
