"""Average linkage along nearest-neighbour chains, compiled by numba, over a table of float32
similarities.

From any group to its nearest one, from there on to that one's nearest, until two are each other's:
they become one, and the chain goes on from before them (Murtagh, "A survey of recent advances in
hierarchical clustering algorithms", The Computer Journal 26(4), 1983). No group made by a merge is
nearer to others than both parts were, so a nearest group stays the nearest as long as it lives, and
every group is looked at a few times only.

The table is a sieve: how far its rounding may reach is bounded, and whatever lies that close to the
best is compared in float64, from the sums of the groups' embeddings. So is the similarity of every
merge.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from vsat_plugins.cluster.units import NEAR, Units

TILE = 64  # columns whose largest value is known
ROUNDING = 2.0**-24
LOWEST = np.int32(-(2**31))  # the sign of a float32
DEPTH, DONE, FIRST, NEWEST = 0, 1, 2, 3  # places in `at`


FIELDS = """
    born:i8 fresh:i8 seen:i8 nearest:i8 value:f8 older:i8 newer:i8 size:f8 error:f8 owner:i8
    following:i8 last:i8 center:f8 voice:i8
"""
# merges done when a group got its last embedding, its row, its `nearest`; the most similar other
# group, -1 where unknown, and its similarity; neighbours in the list of groups made by merges, -1
# at its ends; number of embeddings; how far its similarities in the table may be off; of an
# embedding its group, the list of its group's embeddings, and what Units has of it
GROUP = np.dtype([tuple(field.split(":")) for field in FIELDS.split()])


class Chain(NamedTuple):
    """The state between two merges; n embeddings, and a group goes by one of its embeddings.

    `similarity` float32 (n, n) and its `bits` as int32: row x was true when `groups[x].fresh`
    merges were done. `sums` float64 (n, dim) of the groups' embeddings. `gone` int32 (n,) is a
    float's sign for groups that are no more; `tops` is scratch, `stack` the chain. `stays`, `left`
    int64 and `height` float64 (n - 1,) are the merges; `worst` (1,) is the largest error of any
    group so far, and `at` (4,) is the progress.
    """

    similarity: np.ndarray
    bits: np.ndarray
    sums: np.ndarray
    groups: np.ndarray
    gone: np.ndarray
    tops: np.ndarray
    stack: np.ndarray
    stays: np.ndarray
    left: np.ndarray
    height: np.ndarray
    worst: np.ndarray
    at: np.ndarray


def chain_of(similarity: np.ndarray, units: Units) -> Chain:
    """Nothing merged yet; takes over `similarity` and the vectors of units in order of time."""
    n = len(units)
    groups = np.zeros(n, GROUP)
    groups["size"], groups["center"], groups["voice"] = 1, units.center, units.voice
    groups["owner"] = groups["last"] = np.arange(n)
    for name in ("nearest", "older", "newer", "following"):
        groups[name] = -1
    gone, tops, stack = np.zeros(n, np.int32), np.full(-(-n // TILE), LOWEST), np.zeros(n, np.int64)
    stays, left, height = np.zeros(n - 1, np.int64), np.zeros(n - 1, np.int64), np.zeros(n - 1)
    return Chain(
        similarity,
        similarity.view(np.int32),
        units.vectors,
        groups,
        gone,
        tops,
        stack,
        stays,
        left,
        height,
        worst=np.zeros(1),
        at=np.array([0, 0, 0, -1]),
    )


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def product(a, b):
    """Sum of products, the same for (b, a)."""
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def cannot_link(groups, x, y):
    """How many pairs of embeddings of two groups are near each other and of different voices."""
    if groups[x].size > groups[y].size:
        x, y = y, x
    count, i = 0, x
    while i >= 0:
        center, voice = groups[i].center, groups[i].voice
        for way in (-1, 1):
            j = i + way
            while voice >= 0 and 0 <= j < len(groups) and abs(center - groups[j].center) < NEAR:
                count += groups[j].owner == y and groups[j].voice >= 0 and groups[j].voice != voice
                j += way
        i = groups[i].following
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def complete(chain, x):
    """Bring row x up to date: groups made since then have rows that know their similarity to x."""
    groups, row, y = chain.groups, chain.similarity[x], chain.at[NEWEST]
    while y >= 0 and groups[y].born > groups[x].fresh:
        if y != x:
            row[y] = chain.similarity[y, x]
        y = groups[y].older
    groups[x].fresh = chain.at[DONE]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_tops(bits, gone, tops, begin):
    """The largest value of each tile from `begin` into `tops`, the largest of all; right where that
    is not negative.

    Floats of one sign are ordered like the whole numbers of their bits, and those are compared
    eight at a time.
    """
    best = LOWEST
    for t in range(begin, len(tops)):
        values, signs = bits[t * TILE : t * TILE + TILE], gone[t * TILE : t * TILE + TILE]
        top = LOWEST
        for j in range(len(values)):
            top = max(top, values[j] | signs[j])
        tops[t] = top
        best = max(best, top)
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def sieve(chain, x):
    """The largest value of row x among groups that live, and from which column on to look for
    it.
    """
    begin, row = chain.at[FIRST] // TILE, chain.similarity[x]
    best = np.float32(-np.inf)
    if fill_tops(chain.bits[x], chain.gone, chain.tops, begin) >= 0:
        for top in chain.tops.view(np.float32)[begin:]:
            best = max(best, top)
        return best, begin
    for y in range(begin * TILE, len(row)):
        if chain.gone[y] == 0:
            best = max(best, row[y])
    return best, begin


@njit(cache=True, nogil=True, error_model="numpy")
def find_nearest(chain, x, penalty, coarse):
    """Find the group nearest to x: all that the sieve leaves are compared in float64."""
    complete(chain, x)
    groups, row, tops = chain.groups, chain.similarity[x], chain.tops.view(np.float32)
    best, begin = sieve(chain, x)
    limit = best - 2 * (coarse + groups[x].error + chain.worst[0])
    groups[x].value, groups[x].seen = -np.inf, chain.at[DONE]
    for t in range(begin, len(tops)):
        if tops[t] >= limit or limit <= 0:
            for y in range(t * TILE, min(len(row), t * TILE + TILE)):
                if row[y] >= limit and chain.gone[y] == 0:
                    total = product(chain.sums[x], chain.sums[y])
                    if penalty > 0:
                        total -= penalty * cannot_link(groups, x, y)
                    value = total / (groups[x].size * groups[y].size)
                    if value > groups[x].value:
                        groups[x].value, groups[x].nearest = value, y


@njit(cache=True, nogil=True, error_model="numpy")
def average(a, b, share_a, share_b):
    """The weighted mean of two rows into the second."""
    for j in range(len(b)):
        b[j] = share_a * a[j] + share_b * b[j]


@njit(cache=True, nogil=True, error_model="numpy")
def unite(groups, at, a, b):
    """Group b is the newest and owns the embeddings of a, which is no more."""
    for y in (a, b):
        older, newer = groups[y].older, groups[y].newer
        if newer >= 0:
            groups[newer].older = older
        elif groups[y].born > 0:
            at[NEWEST] = older
        if older >= 0:
            groups[older].newer = newer
    groups[b].older, groups[b].newer = at[NEWEST], -1
    if at[NEWEST] >= 0:
        groups[at[NEWEST]].newer = b
    at[NEWEST] = b
    i = a
    while i >= 0:
        groups[i].owner = b
        i = groups[i].following
    groups[groups[b].last].following = a
    groups[b].last = groups[a].last


@njit(cache=True, nogil=True, error_model="numpy")
def merge(chain, a, b, height):
    """Group a becomes part of b: a row of averages, the sums and embeddings of both."""
    complete(chain, a)
    complete(chain, b)
    groups, done, first = chain.groups, chain.at[DONE], chain.at[FIRST]
    size = groups[a].size + groups[b].size
    share_a, share_b = np.float32(groups[a].size / size), np.float32(groups[b].size / size)
    average(chain.similarity[a, first:], chain.similarity[b, first:], share_a, share_b)
    chain.similarity[b, b] = -np.inf
    chain.gone[a] = LOWEST
    groups[b].error = share_a * groups[a].error + share_b * groups[b].error + 8 * ROUNDING
    chain.worst[0] = max(chain.worst[0], groups[b].error)
    for i in range(chain.sums.shape[1]):
        chain.sums[b, i] += chain.sums[a, i]
    groups[b].size = size
    unite(groups, chain.at, a, b)
    chain.left[done], chain.stays[done], chain.height[done] = a, b, height
    chain.at[DONE] = groups[b].born = groups[b].fresh = done + 1
    groups[b].nearest = -1


@njit(cache=True, nogil=True, error_model="numpy")
def advance(chain, penalty, coarse, until):
    """Go on until `until` merges are done; `coarse` bounds the rounding of the table as it was."""
    groups, at, stack = chain.groups, chain.at, chain.stack
    while at[DONE] < until:
        if at[DEPTH] == 0:
            while chain.gone[at[FIRST]] != 0:
                at[FIRST] += 1
            stack[0], at[DEPTH] = at[FIRST], 1
        x = stack[at[DEPTH] - 1]
        y = groups[x].nearest
        if y < 0 or chain.gone[y] != 0 or groups[y].born > groups[x].seen:
            find_nearest(chain, x, penalty, coarse)
            y = groups[x].nearest
        before = stack[at[DEPTH] - 2] if at[DEPTH] > 1 else -1
        if (
            before >= 0 and groups[x].value <= groups[before].value
        ):  # nothing is nearer to x than what led to it
            merge(chain, min(x, before), max(x, before), groups[x].value)
            at[DEPTH] -= 2
        else:
            stack[at[DEPTH]] = y
            at[DEPTH] += 1
