"""Times OR-tools' CP-SAT on the benchmark's instances, one JSON document an objective.

python cpsat.py <instances> <every nth of them>

The model is the strongest that was tried: an integer for every type and way to fill a room of it (how many rooms are
filled so), as the sums that an objective compares are linear in those. The objective is lexicographic: a weighted sum
of as many of its parts as fit 36 bits, then of the next, each one's value being fixed for the next and its solution a
hint. One worker. The time is the solver's own, without building the model.
"""

import json
import sys
from math import gcd

from ortools.sat.python import cp_model

ROOMS_MAX = 20
# Sums weighted within this range are solved fastest: 2^28 gives more stages, 2^44 and more numbers that the solver takes
# long over (up to its limit of 20 s).
WEIGHTED_MOST = 1 << 36
OBJECTIVES = {
    "even": ["beds", "rooms", "guests", "adults", "children", "price"],
    "cheapest": ["price", "rooms", "beds", "guests", "adults", "children"],
    "fewest_rooms": ["rooms", "price", "beds", "guests", "adults", "children"],
}


def fillings(party, kind):
    """Every way to fill a room of the type, with its share of each sum."""
    (adults, older, younger), (ma, mc, mg, beds_most, _, room, ra, rs, ry, bed) = party, kind
    for a in range(1, min(adults, ma + beds_most) + 1):
        for s in range(older + 1):
            for y in range(younger + 1):
                c = s + y
                beds = max(0, a + c - mg, max(0, a - ma) + max(0, c - mc))
                if beds <= beds_most:
                    price = room + a * ra + s * rs + y * ry + beds * bed
                    sums = dict(beds=beds, rooms=1, guests=(a + c) ** 2, adults=a**2, children=s**2, price=price)
                    yield (a, s, y), sums


def solve(party, kinds, objective):
    model = cp_model.CpModel()
    columns = []
    for kind in kinds:
        free = min(kind[4], ROOMS_MAX)
        own = [(model.new_int_var(0, free, ""), guests, sums) for guests, sums in fillings(party, kind)]
        if own:
            model.add(sum(x for x, _, _ in own) <= free)
        columns += own
    for band in range(3):
        model.add(sum(guests[band] * x for x, guests, _ in columns) == party[band])
    model.add(sum(x for x, _, _ in columns) <= min(ROOMS_MAX, party[0]))

    unit = gcd(*[sums["price"] for _, _, sums in columns]) or 1
    total = sum(party)
    # No room holds more than this many guests, so no sum of squares is above it times all guests.
    largest = max(sum(guests) for _, guests, _ in columns)
    squares = total * largest
    dearest = max(sums["price"] // unit for _, _, sums in columns)
    most = dict(beds=total, rooms=ROOMS_MAX, guests=squares, adults=squares, children=squares)
    most["price"] = ROOMS_MAX * dearest

    def weighted(names):
        """The variables with their weights in one sum that is compared as the names are in order; their range."""
        weights, weight = {}, 1
        for name in reversed(names):
            weights[name] = weight
            weight *= most[name] + 1
        value = lambda sums, name: sums[name] // (unit if name == "price" else 1)
        terms = [(sum(weights[name] * value(sums, name) for name in names), x) for x, _, sums in columns]
        return terms, sum(coefficient * ROOMS_MAX for coefficient, _ in terms)

    # Names are grouped from the first on as long as their weighted sum stays in range.
    groups = [[]]
    for name in OBJECTIVES[objective]:
        if weighted(groups[-1] + [name])[1] >= WEIGHTED_MOST and groups[-1]:
            groups.append([])
        groups[-1].append(name)

    seconds = 0.0
    for number, names in enumerate(groups):
        terms, _ = weighted(names)
        expression = sum(coefficient * x for coefficient, x in terms if coefficient)
        model.minimize(expression)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = 20
        status = solver.solve(model)
        seconds += solver.wall_time
        if status != cp_model.OPTIMAL:
            return seconds, None
        values = [solver.value(x) for _, x in terms]
        if number + 1 < len(groups):
            model.add(expression == sum(c * v for (c, _), v in zip(terms, values)))
            model.clear_hints()
            for (_, x), v in zip(terms, values):
                model.add_hint(x, v)
    names = OBJECTIVES[objective]
    return seconds, [sum(sums[name] * v for (_, _, sums), v in zip(columns, values)) for name in names]


def main():
    path, nth = sys.argv[1], int(sys.argv[2])
    with open(path, encoding="ascii") as file:
        lines = file.read().splitlines()
    numbers = range(0, len(lines), nth)
    for objective in OBJECTIVES:
        times, found = [], []
        for number in numbers:
            party, *kinds = [[int(n) for n in part.split()] for part in lines[number].split(" | ")]
            seconds, sums = solve(party, kinds, objective)
            times.append(round(seconds * 1e9))
            found.append(sums)
        print(json.dumps(dict(objective=objective, numbers=list(numbers), times_ns=times, sums=found)), flush=True)


main()
