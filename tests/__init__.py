"""The test-suite: claims about calculus, about the programs people type and about what they see."""
