# SPDX-License-Identifier: GPL-3.0-or-later
"""What every page stands in: session, language, headers, errors, notices."""
