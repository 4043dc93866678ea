# SPDX-License-Identifier: GPL-3.0-or-later
"""Octets of LDAP connections: listening sockets, streams in the clear or under TLS, and how much one client may have of them."""
