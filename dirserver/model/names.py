# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that travel between rooms: strings with a meaning, so that no bare ``str`` crosses a border by mistake."""

from __future__ import annotations

from typing import NewType

Href = NewType("Href", str)
"""Last path segment of an entry in its book's collection (RFC 4918); opaque, kept as the client chose it."""

ETag = NewType("ETag", str)
"""Validator of one representation (RFC 9110 section 8.8.3), without quotes; equal tags mean equal bytes."""

Slug = NewType("Slug", str)
"""Name of a book in URLs, DNs and commands: ``people``, ``clients``; a personal book is ``~LOGIN``."""

Login = NewType("Login", str)
"""What a person types to sign in; also the ``uid`` of an employee's entry."""

BatchId = NewType("BatchId", str)
"""Public name of one batch of changes (an import, a merge), by which it is undone."""
