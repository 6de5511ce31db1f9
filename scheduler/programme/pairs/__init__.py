"""Pairs: when they can meet, what is proposed to them, and their meetings."""
