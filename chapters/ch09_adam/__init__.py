"""Chapter 9: Adam and its family."""
