"""Chapter 4: backpropagation."""
