# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks and what they may see: from rows to entries with nothing in them that the asker may not read."""
