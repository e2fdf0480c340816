"""`course bench-widgets`: live figures against `interact` and against JavaScript alone, in a real Chromium."""
