# SPDX-License-Identifier: GPL-3.0-or-later
"""The API door: the directory as JSON, for other programs."""
