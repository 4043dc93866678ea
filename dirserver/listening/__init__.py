# SPDX-License-Identifier: GPL-3.0-or-later
"""Octets of connections in Twisted's reactor: listening sockets, streams in the clear or under TLS, at the speed of who reads them."""
