"""Functions whose PyTorch signature is not "operands, then attributes"."""
