"""Zoom: a thin client for a pool of hosts, and a simulator that behaves like Zoom's API."""
