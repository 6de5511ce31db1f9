"""From facts to words, for pages, mails and calendars alike. Language and zone are arguments here, never ambient."""
