# SPDX-License-Identifier: GPL-3.0-or-later
"""REPORT (RFC 3253 section 3.6): one file for each."""
