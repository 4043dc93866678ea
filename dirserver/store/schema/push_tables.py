# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of what devices are told; the rules of ``store.schema.tables`` hold here too."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from dirserver.store.schema.tables import Big, Key, metadata

push_subscription = Table(
    "push_subscription",
    metadata,
    # Random, and part of the registration's URL.
    Column("id", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    # The device password it was made with; None for the main password. No foreign key: it goes with the device, in one statement.
    Column("device_id", Integer),
    # The program that it was made with: tokens follow the form that it gets.
    Column("client", Text, nullable=False, server_default=""),
    Column("book_id", Integer, ForeignKey("book.id"), nullable=False),
    Column("resource", Text, nullable=False),
    # A hash of the resource: index keys are short.
    Column("resource_key", Key, nullable=False),
    Column("origin", Key, nullable=False),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    # The book's change number that the device was last told; behind the book's own there is something to tell.
    Column("number", Big, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("expires_us", Big, nullable=False),
    # Not before: after a message, after a failure, or while somebody is delivering under ``claim``.
    Column("due_us", Big, nullable=False, server_default="0"),
    Column("claim", Text, nullable=False, server_default=""),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("gap_s", Integer, nullable=False, server_default="0"),
    Column("delivered_us", Big),
    UniqueConstraint("account_id", "book_id", "resource_key"),
    # All that the follower looks at in each second in which something was written.
    Index("ix_push_subscription_pending", "book_id", "number", "due_us", "expires_us"),
)
"""Which device wants to hear of changes in which book, and where (WebDAV-Push)."""
