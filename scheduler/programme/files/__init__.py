"""A programme's files, brought into the database."""
