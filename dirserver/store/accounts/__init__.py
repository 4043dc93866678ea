# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and what opens doors for them; secrets are here as hashes only."""
