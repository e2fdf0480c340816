"""Chapter 11: comparing and choosing optimizers."""
