"""Chapter 7: momentum and Nesterov."""
