# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's door: one group of commands per file."""
