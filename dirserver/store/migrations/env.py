# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic's entry point: runs the migrations on the connection that ``store.engine.opening`` hands over."""

from __future__ import annotations

from alembic import context

from dirserver.store.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
