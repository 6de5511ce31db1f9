"""iCalendar: what we write (RFC 5545, 5546, 7986), and the time zones in it."""
