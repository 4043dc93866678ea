# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables, the same on SQLite and PostgreSQL; migrations lead there."""
