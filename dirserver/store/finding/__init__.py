# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding rows: filters as SQL, candidates from the index, orders, counts, and what is read into memory to search there."""
