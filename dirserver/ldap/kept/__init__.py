# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers without a thread and without SQL: what was answered before, and what is made from the roll in memory."""
