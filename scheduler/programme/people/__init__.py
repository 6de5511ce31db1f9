"""People: their hours, what they are asked, how they sign in, what they change about themselves."""
