# SPDX-License-Identifier: GPL-3.0-or-later
"""Add, modify, rename, delete and new passwords: one transaction each."""
