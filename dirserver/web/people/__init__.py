# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding people and looking at one."""
