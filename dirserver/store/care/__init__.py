# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a directory sound: the audit trail, findings, confirmations, backups."""
