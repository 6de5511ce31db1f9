"""The pool of hosts, and what is to be at Zoom."""
