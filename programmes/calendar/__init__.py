"""iCalendar out (RFC 5545): the file of one session, and the feeds that calendars subscribe to."""
