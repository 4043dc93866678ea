# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is at this door: homes, books and entries, with their properties."""
