# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding, looking around, orders, charts, and mistakes forgiven."""
