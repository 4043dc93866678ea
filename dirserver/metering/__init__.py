# SPDX-License-Identifier: GPL-3.0-or-later
"""What workers count while they work, in memory that one process more reads (decision 0042)."""
