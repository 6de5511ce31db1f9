"""Events: made and changed, who is asked to them, who has a place."""
