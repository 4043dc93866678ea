# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in the listed books, and what they are found by, in the memory of one process: for questions that have to be answered at once."""
