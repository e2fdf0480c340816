"""Grades for the gradebooks of Canvas and Moodle."""
