"""Träff: the events and the meetings of a mentorship programme. CONTRIBUTING.md says how the house is built."""
