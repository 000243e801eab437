"""The slow and obvious twin of residuals given all other sensors: one regression a sensor, by plain elimination."""


def naive_residuals(rows, covariance):
    """Residual of every sensor in every row: its value minus its conditional mean given the others."""
    n = len(covariance)
    out = []
    weights = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        matrix = [[covariance[a][b] for b in others] for a in others]
        weights.append((others, _solved(matrix, [covariance[a][i] for a in others])))
    for row in rows:
        out.append([row[i] - sum(w * row[j] for j, w in zip(*weights[i], strict=True)) for i in range(n)])
    return out


def _solved(matrix, right):
    """Solve linear equations by elimination with the largest pivot."""
    n = len(right)
    table = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for k in range(n):
        best = max(range(k, n), key=lambda r: abs(table[r][k]))
        table[k], table[best] = table[best], table[k]
        for r in range(k + 1, n):
            factor = table[r][k] / table[k][k]
            table[r] = [a - factor * b for a, b in zip(table[r], table[k], strict=True)]
    answer = [0.0] * n
    for k in reversed(range(n)):
        answer[k] = (table[k][n] - sum(table[k][j] * answer[j] for j in range(k + 1, n))) / table[k][k]
    return answer
