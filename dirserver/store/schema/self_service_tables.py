# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the schema that people work with by themselves: approvals, notices and comments. Rules: see ``store.schema.tables``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from dirserver.store.schema.tables import Big, Key, metadata

approval = Table(
    "approval",
    metadata,
    Column("book_id", Integer, ForeignKey("book.id"), primary_key=True),
    # A field or a class of fields, in lower case.
    Column("field", Key, primary_key=True),
    Column("approver_kind", Text, nullable=False),
    # The UUID of a group or an account; empty for a relation.
    Column("approver_uuid", Key, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
"""Which fields of one's own entry one changes only with somebody's consent."""

proposal = Table(
    "proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_uuid", Key, nullable=False),
    Column("book_id", Integer, ForeignKey("book.id"), nullable=False),
    Column("field", Key, nullable=False),
    Column("state", Key, nullable=False),
    # The properties of the field, packed as cards are: as they were, and as they shall be.
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("made_us", Big, nullable=False),
    Column("made_door", Text, nullable=False),
    Column("decided_us", Big),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    # The revision of the entry that an approval made.
    Column("revision", Integer),
    Index("ix_proposal_entry_uuid", "entry_uuid", "id"),
    sqlite_autoincrement=True,
)
"""Changes that wait for somebody's consent, and what became of them. Both cards may refer to photos (table ``blob``)."""
_WAITING = text("state = 'waiting'")
Index(
    "uq_proposal_waiting",
    proposal.c.entry_uuid,
    proposal.c.field,
    unique=True,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("kind", Text, nullable=False),
    # What it is about (proposal:7, book:clients): a newer notice of the same kind about the same thing joins one that nobody has read.
    Column("about", Key, nullable=False),
    # By whom: a login.
    Column("actor", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("remark", Text, nullable=False, server_default=""),
    Column("at_us", Big, nullable=False),
    Column("seen_us", Big),
    Index("ix_notice_account_id", "account_id", "id"),
    sqlite_autoincrement=True,
)
"""What accounts are told of."""
_UNSEEN = text("seen_us IS NULL")
Index("ix_notice_unseen", notice.c.account_id, sqlite_where=_UNSEEN, postgresql_where=_UNSEEN)

comment = Table(
    "comment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_uuid", Key, nullable=False, index=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("is_private", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("made_us", Big, nullable=False),
    Column("changed_us", Big, nullable=False),
    sqlite_autoincrement=True,
)
"""What accounts note about entries; no part of any card."""
