# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver: one company address list on every device, over CardDAV, LDAP and pages."""
