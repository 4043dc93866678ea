# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in and security: what somebody's account is protected by, and where it is signed in."""
