# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be told: letters, notices, and devices that want to hear."""
