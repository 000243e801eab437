"""The slow and obvious twin of declustering."""


def naive_clusters(statistic, above, spacing):
    """Highest value of each cluster, largest first."""
    clusters, below = [], None
    for value in statistic:
        if value > above:
            if below is None or below >= spacing:
                clusters.append([])
            clusters[-1].append(value)
            below = 0
        elif below is not None:
            below += 1
    return sorted((max(cluster) for cluster in clusters), reverse=True)
