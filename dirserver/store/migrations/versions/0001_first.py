# SPDX-License-Identifier: GPL-3.0-or-later
"""The first schema: books, entries and their history, changes, the index, accounts, groups, grants.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables, and the engine's own trigram index where it has one."""
    _make_tables()
    op.execute("INSERT INTO counter (name, number) VALUES ('access', 0)")
    if op.get_bind().dialect.name == "sqlite":
        _index_trigrams_with_fts5()
    else:
        _index_trigrams_with_pg_trgm()


def _index_trigrams_with_fts5() -> None:
    # The texts are folded already, so the tokenizer need not fold; the triggers keep the index equal to its table.
    op.execute(
        "CREATE VIRTUAL TABLE haystack_fts USING fts5("
        "text, content='haystack', content_rowid='entry_id', tokenize='trigram case_sensitive 1')"
    )
    op.execute(
        "CREATE TRIGGER haystack_added AFTER INSERT ON haystack BEGIN "
        "INSERT INTO haystack_fts(rowid, text) VALUES (new.entry_id, new.text); END"
    )
    op.execute(
        "CREATE TRIGGER haystack_dropped AFTER DELETE ON haystack BEGIN "
        "INSERT INTO haystack_fts(haystack_fts, rowid, text) VALUES ('delete', old.entry_id, old.text); END"
    )
    op.execute(
        "CREATE TRIGGER haystack_changed AFTER UPDATE ON haystack BEGIN "
        "INSERT INTO haystack_fts(haystack_fts, rowid, text) VALUES ('delete', old.entry_id, old.text); "
        "INSERT INTO haystack_fts(rowid, text) VALUES (new.entry_id, new.text); END"
    )


def _index_trigrams_with_pg_trgm() -> None:
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute("CREATE INDEX ix_haystack_trigram ON haystack USING gin (text gin_trgm_ops)")
    except DBAPIError:
        # Not installed or not permitted: table ``gram`` does the same, slower to write. store.trigrams looks which one there is.
        pass


def _make_tables() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_key", KEY, nullable=False),
        sa.Column("mail", sa.Text(), server_default="", nullable=False),
        sa.Column("mail_key", KEY, server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_loopback_only", sa.Boolean(), nullable=False),
        sa.Column("entry_uuid", KEY, nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("stamp", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login_key", name=op.f("uq_account_login_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_account_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_account_entry_uuid"), "account", ["entry_uuid"], unique=False)
    op.create_index(op.f("ix_account_mail_key"), "account", ["mail_key"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("undone_us", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(op.f("ix_batch_at_us"), "batch", ["at_us"], unique=False)
    op.create_table(
        "blob",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blob")),
    )
    op.create_table(
        "counter",
        sa.Column("name", KEY, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "gram",
        sa.Column("gram", KEY, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("gram", "entry_id", name=op.f("pk_gram")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_gram_entry_id"), "gram", ["entry_id"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("mail", sa.Text(), server_default="", nullable=False),
        sa.Column("modified_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name_key", name=op.f("uq_team_name_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_team_uuid")),
    )
    op.create_table(
        "book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("slug", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("number", BIG, server_default="0", nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("created_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_book_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
        sa.UniqueConstraint("slug", name=op.f("uq_book_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_book_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_book_listed",
        "book",
        ["kind"],
        unique=False,
        sqlite_where=sa.text("kind <> 'personal'"),
        postgresql_where=sa.text("kind <> 'personal'"),
    )
    op.create_index(op.f("ix_book_owner_id"), "book", ["owner_id"], unique=False)
    op.create_table(
        "device_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_us", BIG, nullable=False),
        sa.Column("last_used_us", BIG, nullable=True),
        sa.Column("last_used_address", sa.Text(), server_default="", nullable=False),
        sa.Column("last_used_door", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_password_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_password")),
    )
    op.create_index(op.f("ix_device_password_account_id"), "device_password", ["account_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("entry_uuid", KEY, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id")),
        sa.PrimaryKeyConstraint("team_id", "entry_uuid", name=op.f("pk_membership")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_membership_entry_uuid"), "membership", ["entry_uuid"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_link")),
    )
    op.create_table(
        "session",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("csrf_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", BIG, nullable=False),
        sa.Column("seen_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("href", KEY, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_change_book_id")),
        sa.PrimaryKeyConstraint("book_id", "number", "entry_id", "href", name=op.f("pk_change")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", KEY, nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("href", KEY, nullable=False),
        sa.Column("uid", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.Column("manager", KEY, nullable=True),
        sa.Column("number", BIG, nullable=False),
        sa.Column("created_us", BIG, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("modified_us", BIG, nullable=False),
        sa.Column("modified_by", sa.Text(), nullable=False),
        sa.Column("modified_door", sa.Text(), nullable=False),
        sa.Column("confirmed_us", BIG, nullable=True),
        sa.Column("batch", KEY, nullable=True),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_entry_book_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("uuid", name=op.f("uq_entry_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_entry_batch"), "entry", ["batch"], unique=False)
    op.create_index("ix_entry_listing", "entry", ["book_id", "state", "sort_key", "id"], unique=False)
    op.create_index(op.f("ix_entry_manager"), "entry", ["manager"], unique=False)
    op.create_index(
        "ix_entry_trash",
        "entry",
        ["book_id", "uid"],
        unique=False,
        sqlite_where=sa.text("state = 'trashed'"),
        postgresql_where=sa.text("state = 'trashed'"),
    )
    op.create_index(
        "uq_entry_href",
        "entry",
        ["book_id", "href"],
        unique=True,
        sqlite_where=sa.text("state <> 'trashed'"),
        postgresql_where=sa.text("state <> 'trashed'"),
    )
    op.create_index(
        "uq_entry_name",
        "entry",
        ["book_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("state <> 'trashed'"),
        postgresql_where=sa.text("state <> 'trashed'"),
    )
    op.create_index(
        "uq_entry_uid",
        "entry",
        ["book_id", "uid"],
        unique=True,
        sqlite_where=sa.text("state <> 'trashed'"),
        postgresql_where=sa.text("state <> 'trashed'"),
    )
    op.create_table(
        "permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), server_default="0", nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Text(), nullable=False),
        sa.Column("writes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_permission_book_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission")),
        sa.UniqueConstraint("book_id", "subject_kind", "subject_id", name=op.f("uq_permission_book_id_subject_kind_subject_id")),
    )
    op.create_table(
        "haystack",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_haystack_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_haystack")),
    )
    op.create_table(
        "history",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("modified_us", BIG, nullable=False),
        sa.Column("modified_by", sa.Text(), nullable=False),
        sa.Column("modified_door", sa.Text(), nullable=False),
        sa.Column("batch", KEY, nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_history_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "revision", name=op.f("pk_history")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_history_batch"), "history", ["batch"], unique=False)
    op.create_table(
        "rendering",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("view", KEY, nullable=False),
        sa.Column("format", KEY, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_rendering_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "view", "format", name=op.f("pk_rendering")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "value",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("attribute", KEY, nullable=False),
        sa.Column("norm", KEY, nullable=False),
        sa.Column("whole", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_value_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "attribute", "norm", name=op.f("pk_value")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_value_attribute_norm", "value", ["attribute", "norm", "entry_id"], unique=False)
