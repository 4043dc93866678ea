# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling devices that a book has changed (WebDAV-Push over Web Push): subscriptions, messages, delivery."""
