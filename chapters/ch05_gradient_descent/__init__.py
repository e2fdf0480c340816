"""Chapter 5: gradient descent."""
