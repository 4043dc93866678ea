# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema: the same tables on SQLite and PostgreSQL.

Rules of this file: times are microseconds since 1970 UTC in columns ``*_us``; texts that are compared by SQL hold normal
forms made in Python and sort by code point on both engines (``Key``). The first three are hard to change later:

- ``entry`` holds the current state of each contact, ``history`` every state it had before, ``change`` that something happened.
- ``change.number`` is taken from the book's own row inside the writing transaction, so it grows in commit order.
- ``value`` is the index for equality and prefix, ``haystack`` for "contains" (trigrams: FTS5, pg_trgm, or table ``gram``).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

Key = Text().with_variant(Text(collation="C"), "postgresql")
Big = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("login", Text, nullable=False),
    Column("login_key", Key, nullable=False, unique=True),
    Column("mail", Text, nullable=False, server_default=""),
    Column("mail_key", Key, nullable=False, index=True, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("password_hash", Text),
    Column("is_admin", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("is_loopback_only", Boolean, nullable=False),
    Column("entry_uuid", Key, index=True),
    Column("language", Text, nullable=False, server_default=""),
    # Grows with each change of password, state or device passwords: what remembers a sign-in compares it.
    Column("stamp", Integer, nullable=False, server_default="0"),
    Column("created_us", Big, nullable=False),
    # At the pages; sessions don't stay long enough to tell.
    Column("signed_in_us", Big),
    Column("leaves_us", Big, index=True),
    Column("successor_id", Integer),
    # The main password is long enough beside a second factor and too short without one.
    Column("has_short_password", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)

book = Table(
    "book",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("slug", Key, nullable=False, unique=True),
    Column("kind", Key, nullable=False),
    Column("owner_id", Integer, ForeignKey("account.id"), index=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("number", Big, nullable=False, server_default="0"),
    Column("epoch", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    # Nobody adds a contact without a label.
    Column("needs_label", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)
_LISTED_BOOKS = text("kind <> 'personal'")
Index("ix_book_listed", book.c.kind, sqlite_where=_LISTED_BOOKS, postgresql_where=_LISTED_BOOKS)

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Key, nullable=False, unique=True),
    Column("book_id", Integer, ForeignKey("book.id"), nullable=False),
    Column("href", Key, nullable=False),
    Column("uid", Key, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("sort_key", Key, nullable=False),
    Column("manager", Key, index=True),
    Column("number", Big, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("modified_us", Big, nullable=False),
    Column("modified_by", Text, nullable=False),
    Column("modified_door", Text, nullable=False),
    Column("confirmed_us", Big),
    Column("batch", Key, index=True),
    # What it sorts by in the languages with letters of their own, where that is not ``sort_key`` (decision 0039).
    Column("key_es", Key),
    Column("key_pl", Key),
    Column("key_eo", Key),
    Index("ix_entry_listing", "book_id", "state", "sort_key", "id"),
    sqlite_autoincrement=True,
)
# What is in the trash gives its names free; restoring asks for them again.
_HELD = text("state <> 'trashed'")
Index("uq_entry_href", entry.c.book_id, entry.c.href, unique=True, sqlite_where=_HELD, postgresql_where=_HELD)
Index("uq_entry_uid", entry.c.book_id, entry.c.uid, unique=True, sqlite_where=_HELD, postgresql_where=_HELD)
Index("uq_entry_name", entry.c.book_id, entry.c.name_key, unique=True, sqlite_where=_HELD, postgresql_where=_HELD)
_TRASHED = text("state = 'trashed'")
Index("ix_entry_trash", entry.c.book_id, entry.c.uid, sqlite_where=_TRASHED, postgresql_where=_TRASHED)

for _column in (entry.c.key_es, entry.c.key_pl, entry.c.key_eo):
    _OWN = text(f"{_column.name} IS NOT NULL")
    Index(f"ix_entry_{_column.name}", entry.c.book_id, entry.c.state, _column, entry.c.id, sqlite_where=_OWN, postgresql_where=_OWN)

_GROUPS = text("kind = 'group'")
Index("ix_entry_group", entry.c.book_id, sqlite_where=_GROUPS, postgresql_where=_GROUPS)

labelled = Table(
    "labelled",
    metadata,
    Column("label_id", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True, index=True),
    Column("spelled", Text, nullable=False),
    Column("is_member", Boolean, nullable=False),
    Column("left_number", Big),
    sqlite_with_rowid=False,
)
"""Who is in the groups of a book, and who was: ``label_id`` is the group's entry, ``spelled`` the member's UID as its card says it,
``left_number`` the change number under which who was in it left."""

label_book = Table(
    "label_book",
    metadata,
    Column("slug", Key, primary_key=True),
    Column("label_id", Integer, ForeignKey("entry.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Labels that are shown as books of their own."""

history = Table(
    "history",
    metadata,
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("what", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("href", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("modified_us", Big, nullable=False),
    Column("modified_by", Text, nullable=False),
    Column("modified_door", Text, nullable=False),
    Column("batch", Key),
    sqlite_with_rowid=False,
)
_IN_A_BATCH = text("batch IS NOT NULL")
# Changes of phones are in none: they don't touch it.
Index("ix_history_batch", history.c.batch, sqlite_where=_IN_A_BATCH, postgresql_where=_IN_A_BATCH)

change = Table(
    "change",
    metadata,
    Column("book_id", Integer, ForeignKey("book.id"), primary_key=True),
    Column("number", Big, primary_key=True),
    Column("entry_id", Integer, primary_key=True),
    Column("href", Key, primary_key=True),
    Column("what", Text, nullable=False),
    sqlite_with_rowid=False,
)
_RETOLD = text("what = 'retold'")
Index("ix_change_retold", change.c.book_id, change.c.entry_id, change.c.number, sqlite_where=_RETOLD, postgresql_where=_RETOLD)

value = Table(
    "value",
    metadata,
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("attribute", Key, primary_key=True),
    Column("norm", Key, primary_key=True),
    # The whole normal form where ``norm`` is only its head and a hash (index keys are short).
    Column("whole", Text),
    Index("ix_value_attribute_norm", "attribute", "norm", "entry_id"),
    sqlite_with_rowid=False,
)

haystack = Table(
    "haystack",
    metadata,
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)

haystack_fresh = Table(
    "haystack_fresh",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    # What SQLite's trigram index still holds of the entry; NULL for nothing.
    Column("was", Text),
)
"""Whose texts SQLite's trigram index doesn't hold as they are yet; triggers fill it. Candidates of every search. Empty on PostgreSQL."""

gram = Table(
    "gram",
    metadata,
    Column("gram", Key, primary_key=True),
    Column("entry_id", Integer, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Trigrams where the engine has no index of its own for them; empty elsewhere."""

rendering = Table(
    "rendering",
    metadata,
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("view", Key, primary_key=True),
    Column("format", Key, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

blob = Table(
    "blob",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    # When somebody last brought it, give or take half a day: what nothing refers to goes only after a day.
    Column("added_us", Big, nullable=False, server_default="0"),
)

team = Table(
    "team",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False, unique=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("mail", Text, nullable=False, server_default=""),
    Column("created_us", Big, nullable=False, server_default="0"),
    Column("created_by", Text, nullable=False, server_default=""),
    Column("modified_us", Big, nullable=False),
    Column("modified_by", Text, nullable=False, server_default=""),
    # Whose members sign in with a second factor only.
    Column("needs_second_factor", Boolean, nullable=False, server_default=false()),
)
"""Groups of people (``group`` is a reserved word of SQL)."""

membership = Table(
    "membership",
    metadata,
    Column("team_id", Integer, ForeignKey("team.id"), primary_key=True),
    Column("entry_uuid", Key, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

permission = Table(
    "permission",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", Integer, ForeignKey("book.id"), nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Integer, nullable=False, server_default="0"),
    Column("level", Integer, nullable=False),
    Column("reads", Text, nullable=False),
    Column("writes", Text, nullable=False),
    UniqueConstraint("book_id", "subject_kind", "subject_id"),
)
"""Grants (``grant`` is a reserved word of SQL)."""

profile = Table(
    "profile",
    metadata,
    Column("subject_kind", Key, primary_key=True),
    Column("subject_id", Integer, primary_key=True, autoincrement=False),
    # Empty for any family of clients.
    Column("family", Key, primary_key=True),
    Column("gal", Text),
    Column("photo", Text),
    Column("vcard", Text),
    Column("groups", Text),
    Column("read_only", Text),
    sqlite_with_rowid=False,
)
"""What clients get, as far as somebody says so: for the organisation, a group or an account."""

batch = Table(
    "batch",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("actor", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("at_us", Big, nullable=False, index=True),
    Column("undone_us", Big),
    # What one order made in several transactions can be undone as one.
    Column("series", Key, index=True),
)

device_password = Table(
    "device_password",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("digest", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("last_used_us", Big),
    Column("last_used_address", Text, nullable=False, server_default=""),
    Column("last_used_door", Text, nullable=False, server_default=""),
    Column("networks", Text, nullable=False, server_default=""),
    Column("expires_us", Big),
    Column("last_used_program", Text, nullable=False, server_default=""),
)

throttle = Table(
    "throttle",
    metadata,
    Column("name", Key, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("over_us", Big, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Failed sign-ins by account, network and both, and networks from which somebody signed in lately. Names are keyed hashes."""

session = Table(
    "session",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("stamp", Integer, nullable=False),
    Column("csrf_key", Text, nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    # What the browser calls itself, shortened.
    Column("agent", Text, nullable=False, server_default=""),
    Column("created_us", Big, nullable=False),
    Column("seen_us", Big, nullable=False),
    # When a password or second factor was last shown in it.
    Column("proved_us", Big, nullable=False, server_default="0"),
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("expires_us", Big, nullable=False),
    Column("created_us", Big, nullable=False, server_default="0"),
    Column("created_by", Text, nullable=False, server_default=""),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("digest", Key, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    # Names parted by spaces.
    Column("scopes", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("expires_us", Big),
    Column("last_used_us", Big),
    Column("last_used_address", Text, nullable=False, server_default=""),
)
"""With what programs sign in at the JSON API."""

counter = Table(
    "counter",
    metadata,
    Column("name", Key, primary_key=True),
    Column("number", Big, nullable=False),
)
"""``access``: grows with each change of grants, groups, accounts or books, so that what was resolved from them can be kept. ``backup``:
when one was made last. ``moved``: when everything was moved to another database."""
