# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may what, as rows: grants, groups of people, approvals, profiles."""
