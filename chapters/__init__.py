"""The source of the course: one folder a chapter."""
