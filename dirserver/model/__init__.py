# SPDX-License-Identifier: GPL-3.0-or-later
"""The foundation: values that every room speaks in."""
