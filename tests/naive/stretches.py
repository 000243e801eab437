"""Slow twin of the arithmetic of stretches: sets of single bytes."""


def naive_bytes(stretches):
    return {byte for start, end in stretches for byte in range(start, end)}


def naive_stretches(numbers):
    return tuple(
        zip(
            sorted(i for i in numbers if i - 1 not in numbers),
            sorted(i + 1 for i in numbers if i + 1 not in numbers),
            strict=True,
        )
    )
