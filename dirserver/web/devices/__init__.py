# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting devices up, and their passwords."""
