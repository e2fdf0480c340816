"""Data that ships with the course, so that every chapter works offline."""

from course_utils.data.digits import Digits, load_digits

__all__ = ["Digits", "load_digits"]
