"""How fast a CSV becomes a project that can be looked at, beside bare streams of the same file to Parquet."""
