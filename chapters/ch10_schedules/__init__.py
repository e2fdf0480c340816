"""Chapter 10: Learning-rate strategies."""
