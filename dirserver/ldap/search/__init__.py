# SPDX-License-Identifier: GPL-3.0-or-later
"""Search and Compare (RFC 4511 sections 4.5 and 4.10): what is found, in which order, within which limits."""
