# SPDX-License-Identifier: GPL-3.0-or-later
"""A book in the memory of one process, as the pages look around in it: what each entry is found by, and what it is counted by."""
