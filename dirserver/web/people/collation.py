# SPDX-License-Identifier: GPL-3.0-or-later
"""Sorting a column as the reader's language does (``model.alphabet``); a mark or case decides between words that are equal without."""

from __future__ import annotations

from dirserver.model.alphabet import key_of, order_of

SortKey = tuple[str, str]


def sort_key(text: str, language: str) -> SortKey:
    """Return what a text is compared by; texts that differ in marks or case alone stand together, in one order everywhere."""
    return key_of(text, order_of(language)), text
