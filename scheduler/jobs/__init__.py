"""The worker's side: what is owed outside becomes mail and HTTP here, one step a message."""
