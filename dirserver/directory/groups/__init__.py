# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of people and labels on contacts."""
