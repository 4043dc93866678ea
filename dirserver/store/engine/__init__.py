# SPDX-License-Identifier: GPL-3.0-or-later
"""How SQL is run: opening, connections, transactions, prepared statements, writers that wait for each other."""
