# SPDX-License-Identifier: GPL-3.0-or-later
"""LDAP messages as values and as octets: pure, no I/O, nothing of the directory in it."""
