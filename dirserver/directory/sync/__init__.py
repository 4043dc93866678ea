# SPDX-License-Identifier: GPL-3.0-or-later
"""Following a book: listings, tokens, and what changed since one."""
