"""A straight line through pairs of values, by sums written out."""


def naive_line(expected, reading):
    """Slope, offset and scatter of reading = slope × expected + offset."""
    n = len(expected)
    mean_x, mean_y = sum(expected) / n, sum(reading) / n
    power = sum((x - mean_x) ** 2 for x in expected)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(expected, reading, strict=True)) / power
    offset = mean_y - slope * mean_x
    left = sum((y - slope * x - offset) ** 2 for x, y in zip(expected, reading, strict=True))
    return slope, offset, (left / (n - 2)) ** 0.5
