"""The fewest sensors that bring an event below the line, by trying every set."""

from itertools import combinations


def naive_repair_size(peak_of, n_sensors, threshold, up_to=3):
    """Size of the smallest set whose replacement brings the peak below the threshold, None above `up_to`."""
    for size in range(1, up_to + 1):
        for columns in combinations(range(n_sensors), size):
            if peak_of(columns) < threshold:
                return size
    return None
