"""Chapter 2: loss functions."""
