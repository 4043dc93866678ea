# SPDX-License-Identifier: GPL-3.0-or-later
"""What LDAP clients see: the tree, its classes and attributes, and entries as they are sent."""
