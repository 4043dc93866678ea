# SPDX-License-Identifier: GPL-3.0-or-later
"""Languages: what is said to people, read from catalogues that lie beside what says it."""
