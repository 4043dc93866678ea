# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls (RFC 4511 section 4.1.11): which there are, and one file for each."""
