"""Chapter 1: neurons, layers, and the forward pass."""
