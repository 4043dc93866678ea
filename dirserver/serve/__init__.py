# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes, listeners, TLS, health, metrics and logs."""
