# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, passwords, device passwords, sessions, throttling and audit."""
