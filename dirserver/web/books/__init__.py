# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking after books: making and sharing them, adding to them, labels, import, trash."""
