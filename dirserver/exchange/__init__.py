# SPDX-License-Identifier: GPL-3.0-or-later
"""Import (plan, apply, undo) and export: CSV, XLSX, vCard and LDIF."""
