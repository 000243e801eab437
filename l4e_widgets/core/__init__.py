"""Pure computation: arrays in, arrays out; no files, no clock, no network.

May import numpy, pandas, scipy, scikit-learn and the like, and no other room. Every room may import it.
"""
