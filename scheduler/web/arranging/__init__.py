"""Arranging a pair's meetings: the same pages for the two of it, on /me, and for its coordinators, at the desk."""

from scheduler.web.arranging.arranger import Arranger
from scheduler.web.arranging.views import add_views

__all__ = ["Arranger", "add_views"]
