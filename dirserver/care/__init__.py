# SPDX-License-Identifier: GPL-3.0-or-later
"""Hygiene of the list: checks, duplicates, merge, archive, retention and reports."""
