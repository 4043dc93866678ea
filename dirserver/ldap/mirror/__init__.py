# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies that follow: content synchronization (RFC 4533) and persistent search, both from the change log."""
