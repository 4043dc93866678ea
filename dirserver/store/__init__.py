# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL: tables, indexes, change log and renderings; the only room that knows SQLAlchemy and Alembic."""
