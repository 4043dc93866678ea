# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory: books, entries, groups and history, read and written as a principal."""
