"""The language of programs: read by Python's parser behind a gate, then run by closures of our own, never by Python."""
