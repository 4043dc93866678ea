# SPDX-License-Identifier: GPL-3.0-or-later
"""What a writing transaction keeps: drafts of rows, change numbers, news and the audit trail."""
