"""Speed as ratios against something else in the same run, each beside its bar; `make bench` prints them all."""
