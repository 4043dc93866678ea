# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 from connections to WSGI: heads, bodies and answers, in one thread; applications in others, or at once (decision 0041)."""
