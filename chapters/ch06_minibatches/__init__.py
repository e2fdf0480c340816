"""Chapter 6: SGD and minibatches."""
