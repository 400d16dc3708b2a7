"""Random programs, run by the engine and by PyTorch: `make fuzz-engine`."""
