# SPDX-License-Identifier: GPL-3.0-or-later
"""The steward's desk: what is wrong with a book, who is there twice, what was thrown away, what was done, in figures."""
