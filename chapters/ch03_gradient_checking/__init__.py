"""Chapter 3: derivatives, the chain rule, and gradient checking."""
