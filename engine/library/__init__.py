"""What programs may import: torch, numpy, math, random and micrograd, on top of the engine's table."""
