# SPDX-License-Identifier: GPL-3.0-or-later
"""Administration: accounts, groups, grants, what clients get, the audit trail, settings and the state of the system."""
