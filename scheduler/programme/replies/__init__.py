"""What comes in by mail: answers to invites, and mails that come back."""
