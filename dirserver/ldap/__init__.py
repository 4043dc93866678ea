# SPDX-License-Identifier: GPL-3.0-or-later
"""The LDAP door: bytes to a question asked as a principal, and back."""
