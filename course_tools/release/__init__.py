"""What students get: lessons, sheets, the library, and the questions as numbers."""
