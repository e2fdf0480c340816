"""Chapter 8: Adagrad and RMSProp."""
