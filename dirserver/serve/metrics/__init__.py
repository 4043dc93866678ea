# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers about the server, at an address of their own (decision 0042)."""
