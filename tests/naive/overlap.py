"""The slow and obvious twin of the share that two distributions do not have in common."""


def naive_apart(one, other, edges):
    """Half the sum of the differences of shares, bin by bin; what lies outside is in the outermost bin."""

    def shares(values):
        counts = [0] * (len(edges) - 1)
        for value in values:
            place = 0
            while place < len(counts) - 1 and value >= edges[place + 1]:
                place += 1
            counts[place] += 1
        return [count / len(values) for count in counts]

    return sum(abs(a - b) for a, b in zip(shares(one), shares(other), strict=True)) / 2
