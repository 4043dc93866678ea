# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of hygiene: what was looked through, what was found there, and what stewards said about it.

``suspect`` and ``finding`` can be made anew from the entries at any time (``care_mark`` says how far they are); the others can't.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dirserver.store.schema.tables import Big, Key, metadata

care_mark = Table(
    "care_mark",
    metadata,
    Column("book_id", Integer, ForeignKey("book.id"), primary_key=True, autoincrement=False),
    # The change number of the book up to which its entries were looked through, and by which version of the rules.
    Column("number", Big, nullable=False),
    Column("rules", Integer, nullable=False),
    Column("epoch", Text, nullable=False),
)

suspect = Table(
    "suspect",
    metadata,
    Column("low_id", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("high_id", Integer, ForeignKey("entry.id"), primary_key=True, index=True),
    Column("book_id", Integer, ForeignKey("book.id"), nullable=False),
    Column("lane", Key, nullable=False),
    Column("score", Integer, nullable=False),
    # What they agree in and what speaks against it: words parted by spaces.
    Column("agrees", Text, nullable=False),
    Column("differs", Text, nullable=False),
    Index("ix_suspect_book_id_lane_score", "book_id", "lane", "score"),
    sqlite_with_rowid=False,
)
"""Pairs of entries that may be the same: ``low_id`` is the smaller id."""

apart = Table(
    "apart",
    metadata,
    Column("low_uuid", Key, primary_key=True),
    Column("high_uuid", Key, primary_key=True, index=True),
    Column("said_by", Text, nullable=False),
    Column("said_us", Big, nullable=False),
    sqlite_with_rowid=False,
)
"""Pairs of which somebody said that they are not the same; by UUID, so that it outlives a restore from the trash."""

finding = Table(
    "finding",
    metadata,
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("code", Key, primary_key=True),
    Column("attribute", Key, primary_key=True),
    Column("book_id", Integer, ForeignKey("book.id"), nullable=False),
    Index("ix_finding_book_id_code", "book_id", "code", "entry_id"),
    sqlite_with_rowid=False,
)
"""What is wrong or odd with an entry; the value itself stays in the card."""

asked = Table(
    "asked",
    metadata,
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    # None: there is nobody to ask.
    Column("account_id", Integer, ForeignKey("account.id"), index=True),
    # Of the link in the newest letter; empty when it was used.
    Column("digest", Key, nullable=False, index=True),
    Column("asked_us", Big, nullable=False),
    Column("expires_us", Big, nullable=False),
    # How many letters were written since the entry was last confirmed.
    Column("times", Integer, nullable=False),
    # When the stewards were told that nobody answers.
    Column("told_us", Big),
    sqlite_with_rowid=False,
)
"""Who was asked by mail whether an entry is still correct. It counts while nobody has confirmed the entry since."""

trash_told = Table(
    "trash_told",
    metadata,
    Column("book_id", Integer, ForeignKey("book.id"), primary_key=True, autoincrement=False),
    Column("told_us", Big, nullable=False),
)
"""When the stewards of a book were last told what lies in its trash."""

merged = Table(
    "merged",
    metadata,
    Column("batch", Key, ForeignKey("batch.id"), primary_key=True),
    Column("absorbed_uuid", Key, primary_key=True, index=True),
    Column("survivor_uuid", Key, nullable=False, index=True),
    # UUIDs of the groups that the absorbed entry was in and the survivor wasn't, parted by spaces.
    Column("groups", Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
"""Which entry of the trash lives on in which other one."""

batch_book = Table(
    "batch_book",
    metadata,
    Column("batch", Key, ForeignKey("batch.id"), primary_key=True),
    Column("book_id", Integer, ForeignKey("book.id"), primary_key=True, index=True),
    Column("entries", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Which books a batch changed, and how many entries of each."""
