"""Waves: planned, searched for, sent, and what answers a decline."""
