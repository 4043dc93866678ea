# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of what is told by mail; the rules of ``store.schema.tables`` hold here too."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from dirserver.store.schema.tables import Big, Key, metadata

outbox = Table(
    "outbox",
    metadata,
    # Random; the message's Message-ID, so that what was sent twice is known as one.
    Column("id", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("matter", Key, nullable=False),
    # A JSON object of texts.
    Column("words", Text, nullable=False),
    Column("count", Integer, nullable=False),
    # A secret under the installation's key; empty once the letter is sent or given up.
    Column("sealed", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("expires_us", Big, nullable=False),
    # Not before: after a failure, or while somebody is delivering under ``claim``.
    Column("due_us", Big, nullable=False),
    Column("claim", Text, nullable=False, server_default=""),
    Column("failures", Integer, nullable=False, server_default="0"),
    # When it was sent or given up, and why it was not sent; kept for a while for whoever looks.
    Column("done_us", Big),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_outbox_account_id_matter_created_us", "account_id", "matter", "created_us"),
)
"""Letters that wait to be sent, and for a while those that were sent or could not be."""
_WAITING = text("done_us IS NULL")
Index("ix_outbox_waiting", outbox.c.due_us, sqlite_where=_WAITING, postgresql_where=_WAITING)

known_browser = Table(
    "known_browser",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("seen_us", Big, nullable=False),
)
"""Browsers that an account signed in from before: a sign-in from another one is told by mail."""

forgotten = Table(
    "forgotten",
    metadata,
    Column("id", Integer, primary_key=True),
    # A keyed hash of what was typed, to count by; ``typed`` itself is forgotten once it was looked at.
    Column("key", Key, nullable=False),
    Column("typed", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("network", Key, nullable=False),
    Column("language", Text, nullable=False),
    Column("at_us", Big, nullable=False, index=True),
    Column("is_answered", Boolean, nullable=False),
)
"""Who said lately that a password is forgotten: written the same whether there is such an account or not, and answered afterwards."""
