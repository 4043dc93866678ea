# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may: levels, grants, field classes and the View they come to; starts from nothing."""
