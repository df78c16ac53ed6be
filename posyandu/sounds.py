"""How far apart two Indonesian names sound and are spelled: what "Naupal" and "Naufal" have in common.

`fold` takes away what is only spelling (oe/u, q/k, sy/s, doubled letters, y/i). `distance` is a Damerau distance over
folded words whose steps cost less where Indonesian ears and thumbs slip: f/p, z/s/j, a dropped h or vowel, two letters
turned round, the neighbouring key. One full step (1.1) is a letter that no ear and no thumb mistakes.
The costs are our own, set on typed lines; nothing here is a published standard.
"""

import unicodedata
from functools import lru_cache

_SPELLINGS = (
    ("qui", "ki"),
    ("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "s"), ("sy", "s"), ("sh", "s"), ("ts", "s"), ("zh", "z"),
    ("dz", "z"), ("ds", "z"), ("kh", "k"), ("dh", "d"), ("th", "t"), ("gh", "g"), ("bh", "b"), ("ch", "c"),
    ("ck", "k"), ("ph", "f"), ("v", "f"), ("q", "k"), ("x", "ks"), ("y", "i"), ("au", "o"),
)  # fmt: skip
_VOWELS = frozenset("aeiou")
_SUBSTITUTE = 1.1
_KEY, _TURNED, _AE = 0.7, 0.6, 0.4
_SILENT = 0.4  # the last e of Celine and Nadine
_SOFT = frozenset("eiy")  # before these a c is an s in names from elsewhere: "Selin" for Celine
_SAME_EAR, _FIRST = 0.25, 0.3
_CHEAP = {
    frozenset(pair): cost
    for cost, pairs in {
        0.25: ("fp", "zs", "zj", "jg", "uw"),
        0.4: ("ei", "ou", "ae", "sj", "ij", "fw", "kc"),
        0.5: ("kh", "dt", "bp", "gk", "mn", "ds", "fb", "dz"),
        0.6: ("ai", "ao", "au", "eo", "eu", "io", "iu", "lr"),
    }.items()
    for pair in pairs
}
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbouring_keys() -> frozenset[frozenset[str]]:
    place = {c: (x + 0.5 * y, y) for y, row in enumerate(_KEYBOARD) for x, c in enumerate(row)}
    return frozenset(
        frozenset((a, b))
        for a, (ax, ay) in place.items()
        for b, (bx, by) in place.items()
        if a < b and abs(ax - bx) <= 1 and abs(ay - by) <= 1
    )


_NEIGHBOURS = _neighbouring_keys()


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """The word in small letters without what is only spelling: "Aisyah" -> "aisah", "Daffa" -> "dafa"."""
    text = unicodedata.normalize("NFKD", word.casefold())
    text = "".join(c for c in text if c.isalpha() and not unicodedata.combining(c))
    for written, spoken in _SPELLINGS:
        text = text.replace(written, spoken)
    return "".join(c for i, c in enumerate(text) if i == 0 or c != text[i - 1])


def _swap_cost(a: str, b: str) -> float:
    if a == b:
        return 0.0
    pair = frozenset((a, b))
    cost = _CHEAP.get(pair, _SUBSTITUTE)
    return min(cost, _KEY) if pair in _NEIGHBOURS and not (a in _VOWELS and b in _VOWELS) else cost


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SWAPS = {a: {b: _swap_cost(a, b) for b in _LETTERS} for a in _LETTERS}  # looked up many thousand times a message
_NO_SWAPS: dict[str, float] = {}
_C_OR_S = frozenset(("cs", "sc"))


@lru_cache(maxsize=8192)
def _drop_costs(word: str) -> tuple[float, ...]:
    """What leaving out (or typing in) each letter of the word costs."""
    costs = []
    for i, c in enumerate(word):
        beside = {word[i - 1] if i else "", word[i + 1] if i + 1 < len(word) else ""}
        last = i == len(word) - 1
        if c == "h":
            costs.append(0.25)
        elif c in _VOWELS:
            ends = _SILENT if c == "e" and len(word) > 4 else 0.8
            costs.append(0.3 if beside & _VOWELS else ends if last else 0.8 if i == 0 else 0.6)
        else:
            costs.append(0.8 if i else 1.0)
    return tuple(costs)


def distance(a: str, b: str, most: float = 9.0) -> float:
    """How far apart two folded words are, 0 when equal; `most` or more when at least that far. Symmetric."""
    if a == b:
        return 0.0
    drop_a, drop_b = _drop_costs(a), _drop_costs(b)
    before: list[float] = []
    row = [0.0]
    for cost in drop_b:
        row.append(row[-1] + cost)
    for i, x in enumerate(a):
        last, row = row, [row[0] + drop_a[i]]
        swaps, drop, left = _SWAPS.get(x, _NO_SWAPS), drop_a[i], row[0]
        for j, y in enumerate(b):
            swap = 0.0 if x == y else swaps.get(y, _SUBSTITUTE)
            if swap and (swap == _AE or i == j == 0 or x + y in _C_OR_S):
                swap = _heard(a, b, i, j, swap)
            best = last[j] + swap
            if (other := last[j + 1] + drop) < best:
                best = other
            if (other := left + drop_b[j]) < best:
                best = other
            if i and j and x == b[j - 1] and y == a[i - 1] and x != y and before[j - 1] + _TURNED < best:
                best = before[j - 1] + _TURNED
            row.append(best)
            left = best
        if min(row) >= most and min(last) >= most:
            return most
        before = last
    return min(row[-1], most)


def _heard(a: str, b: str, i: int, j: int, swap: float) -> float:
    """The cost of one letter for another where it stands."""
    x, y = a[i], b[j]
    if swap == _AE and a[i + 1 : i + 2] == "i" == b[j + 1 : j + 2]:
        return 0.15  # Husain, Husein
    if i == j == 0 and {x, y} == {"i", "j"} and {*a[1:2], *b[1:2]} <= _VOWELS:
        return _SAME_EAR  # Josua, Yosua
    if {x, y} == {"c", "s"} and {*a[i + 1 : i + 2], *b[j + 1 : j + 2]} <= _SOFT:
        return _SAME_EAR
    if i == j == 0 and swap > _SAME_EAR and {x, y} != {"k", "h"}:
        return swap + _FIRST  # people rarely mistake how a name begins
    return swap


@lru_cache(maxsize=8192)
def letters(word: str) -> int:
    """The word's letters as bits, to rule out far words without comparing them."""
    return sum(1 << (ord(c) - 97) for c in set(word) if "a" <= c <= "z")


def could_be_near(a: str, b: str) -> bool:
    """False when the folded words are surely more than two letters apart."""
    return abs(len(a) - len(b)) <= 3 and (letters(a) ^ letters(b)).bit_count() <= 4


def one_slip_apart(a: str, b: str) -> bool:
    """One letter dropped, typed in, changed, or two neighbours turned round; not equal."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    short, long = sorted((a, b), key=len)
    start = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    rest, other = short[start:], long[start:]
    if len(short) < len(long):
        return rest == other[1:]
    return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])


def slip_allowed(typed: str, name: str) -> float:
    """The distance up to which a word is still taken for the name, without a question: the longer, the more."""
    if min(len(typed), len(name)) <= 4:
        return 0.25 if len(typed) <= 3 else 0.45
    length = (len(typed) + len(name)) / 2
    steps = ((5.5, 0.8), (6.5, 0.9), (7.5, 1.0), (9.5, 1.3))
    return next((allowed for longest, allowed in steps if length <= longest), 1.6)


def worth_a_question(typed: str, name: str) -> float:
    """The distance up to which a name may still be meant: two slips. It is a button, or stands against another."""
    return max(1.8, 0.3 * max(len(typed), len(name)))
