# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing entries: put, moved, merged, held for consent, remembered and undone."""
