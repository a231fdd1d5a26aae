"""Dates and times as everywhere in the product: 19 Nov 2026, 09:41. Django's own for Australia say 9:41 a.m."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y H:i"
