"""The monthly recap: every letter counted once, and D is always N + T + O + B."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posyandu.anthropometry import Indicator, Sex
from posyandu.kms import Mark, Verdict, Weighing, verdict
from posyandu.skdn import Bands, ChildMonth, Counts, Recap, Settings, recap

ON = date(2026, 11, 12)


def said(mark: Mark, grams: int = 9000, *, t: int = 0, bgm: bool = False, orange: bool = False) -> Verdict:
    return Verdict(ON.replace(day=1), ON, grams, mark, None, None, t, None, bgm, False, orange)


def aged(months: int, days: int = 3) -> date:
    years, month = divmod(ON.year * 12 + ON.month - 1 - months, 12)
    return date(years, month + 1, ON.day) - timedelta(days=days)


def test_a_small_posyandu_by_hand() -> None:
    children = [
        ChildMonth(Sex.BOY, aged(3), verdict=said(Mark.N)),
        ChildMonth(Sex.GIRL, aged(8), verdict=said(Mark.T, t=2), poor=True),
        ChildMonth(Sex.GIRL, aged(14), verdict=said(Mark.T, t=1, bgm=True), categories={Indicator.WFL: "wasted"}),
        ChildMonth(Sex.BOY, aged(30), verdict=said(Mark.O, orange=True)),
        ChildMonth(Sex.BOY, aged(40), verdict=said(Mark.B), kms=False),
        ChildMonth(Sex.BOY, aged(50)),
        ChildMonth(Sex.BOY, aged(50), kms=False),
        ChildMonth(Sex.BOY, aged(20), verdict=said(Mark.N), here=False),
        ChildMonth(Sex.BOY, aged(60), verdict=said(Mark.N)),  # turned five: kept, but in no letter
    ]
    r = recap(children, ON)
    c = r.total
    assert (c.s, c.k, c.d, c.n, c.t, c.o, c.b) == (7, 5, 5, 1, 2, 1, 1)
    assert (c.bgm, c.two_t, c.above_orange, c.wfl_low, c.d_prime) == (1, 1, 1, 1, 3)
    assert (c.absent("K"), c.absent("S")) == (0, 2)
    ratios = c.ratios()
    assert ratios["D/S"] == pytest.approx(500 / 7)
    assert ratios["N/D"] == 20
    assert ratios["N/D'"] == pytest.approx(100 / 3)
    assert set(ratios) == {"D/S", "K/S", "D/K", "N/S", "N/D", "N/D'", "BGM/D", "2T/D", "T/D", "O/D", "B/D"}
    assert r.cells[(6, 11), Sex.GIRL, True].two_t == 1
    assert r.cells[(36, 59), Sex.BOY, False].s == 3
    assert sum(cell.s for cell in r.cells.values()) == c.s


def test_an_empty_month_has_no_ratios() -> None:
    assert set(recap([], ON).total.ratios().values()) == {None}


def test_bands_are_settings() -> None:
    children = [ChildMonth(Sex.BOY, aged(m)) for m in (0, 5, 6, 11, 12, 23, 24, 35, 36, 59)]
    f1 = Counter({band: c.s for (band, _, _), c in recap(children, ON).cells.items()})
    four = {band: c.s for (band, _, _), c in recap(children, ON, Settings(Bands.of("f1_four"))).cells.items()}
    assert f1 == {(0, 5): 2, (6, 11): 2, (12, 23): 2, (24, 35): 2, (36, 59): 2}
    assert four == {(0, 5): 2, (6, 11): 2, (12, 23): 2, (24, 59): 4}


def test_three_years_old_this_month() -> None:
    third_birthday_later = date(2023, 11, 30)
    third_birthday_gone = date(2023, 11, 1)
    children = [
        ChildMonth(Sex.BOY, third_birthday_later, verdict=said(Mark.N, 11500)),
        ChildMonth(Sex.BOY, third_birthday_gone, verdict=said(Mark.N, 11499)),
        ChildMonth(Sex.BOY, third_birthday_gone),
        ChildMonth(Sex.BOY, date(2023, 10, 31), verdict=said(Mark.N, 15000)),
    ]
    c = recap(children, ON).total
    assert (c.s36, c.l36) == (3, 1)


def test_a_baby_of_this_month_counts_and_one_of_the_next_does_not() -> None:
    children = [ChildMonth(Sex.GIRL, date(2026, 11, 25)), ChildMonth(Sex.GIRL, date(2026, 12, 1))]
    assert recap(children, ON).total.s == 1


def test_a_sum_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="D = 2"):
        Counts(d=2, n=1)


def test_areas_add_up() -> None:
    one = recap([ChildMonth(Sex.BOY, aged(3), verdict=said(Mark.N))], ON)
    other = recap([ChildMonth(Sex.BOY, aged(4)), ChildMonth(Sex.GIRL, aged(4))], ON + timedelta(days=3))
    both = one + other
    assert (both.total.s, both.total.d) == (3, 1)
    assert both.cells[(0, 5), Sex.BOY, False].s == 2
    assert sum([one, other], Recap()) == both


months = st.lists(st.integers(0, 11), max_size=12, unique=True)
children = st.lists(
    st.tuples(
        st.sampled_from(Sex),
        st.integers(-40, 2200),
        st.lists(st.tuples(st.integers(0, 364), st.integers(1500, 30_000)), max_size=14),
        st.booleans(),
        st.booleans(),
    ),
    max_size=25,
)


@given(children, st.integers(1, 12))
def test_d_is_n_t_o_b_over_random_histories(
    made: list[tuple[Sex, int, list[tuple[int, int]], bool, bool]], month: int
) -> None:
    """Counted here a second time, by hand, for each letter."""
    on, by_hand, rows = date(2026, month, 12), Counter[str](), []
    for sex, days, weighings, kms, here in made:
        birth = date(2026, 1, 1) - timedelta(days=days)
        history = [Weighing(date(2026, 1, 1) + timedelta(days=d), g) for d, g in weighings]
        v = verdict(sex, birth, history, on)
        rows.append(ChildMonth(sex, birth, kms, v, here))
        under_five = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day) < 60
        if here and under_five and (birth.year, birth.month) <= (on.year, on.month):
            by_hand["S"] += 1
            by_hand["K"] += kms
            if v is not None:
                by_hand["D"] += 1
                by_hand[v.mark] += 1
    c = recap(rows, on).total
    assert c.d == c.n + c.t + c.o + c.b
    assert {"S": c.s, "K": c.k, "D": c.d, "N": c.n, "T": c.t, "O": c.o, "B": c.b} == {
        letter: by_hand[letter] for letter in "SKDNTOB"
    }
