# SPDX-License-Identifier: GPL-3.0-or-later
"""Books and the rows of their entries: cards, index, labels, change log, renderings, and what hangs on an entry."""
