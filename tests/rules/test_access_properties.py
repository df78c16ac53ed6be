"""Access over random trees of areas: nobody reaches outside her scope, checked against walking up the tree by hand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from posyandu.access import ANYONE, NAMED, OF_FAMILIES, OFFICES, RULES, may
from posyandu.people import Place, Post, Role, Scope

STAFF = [r for r in Role if r is not Role.GUARDIAN]
# Codes that are prefixes of each other without being above each other: 3 and 32, 32.01 and 32.010.
parts = st.sampled_from(["1", "3", "32", "01", "010", "0101"])
codes = st.lists(parts, min_size=1, max_size=4).map(".".join)
places = st.builds(Place, codes, st.integers(1, 5), st.integers(1, 3))
posts = st.one_of(
    st.builds(lambda r, a: Post(r, area=a), st.sampled_from(STAFF), codes),
    st.builds(lambda r, p: Post(r, posyandu_id=p), st.sampled_from(STAFF), st.integers(1, 5)),
    st.builds(lambda r, p: Post(r, puskesmas_id=p), st.sampled_from(STAFF), st.integers(1, 3)),
)
scopes = st.builds(
    Scope,
    st.just(1),
    st.lists(posts, max_size=4).map(tuple),
    st.frozensets(st.integers(1, 6), max_size=3),
    st.frozensets(st.integers(1, 6), max_size=2),
)
verbs = st.sampled_from(sorted(RULES))


def above(area: str, code: str) -> bool:
    """Is `area` the code itself or one of those it lies in? Walks up one level at a time."""
    while True:
        if code == area:
            return True
        if "." not in code:
            return False
        code = code.rpartition(".")[0]


def reaches(post: Post, place: Place) -> bool:
    if post.posyandu_id is not None:
        return post.posyandu_id == place.posyandu_id
    if post.puskesmas_id is not None:
        return post.puskesmas_id == place.puskesmas_id
    return post.area is not None and above(post.area, place.area)


@settings(max_examples=600, deadline=None)
@given(scopes, verbs, places, st.integers(1, 6))
def test_only_a_post_over_the_place_a_child_of_ones_own_or_a_family_of_ones_own(
    scope: Scope, verb: str, place: Place, child: int
) -> None:
    by_post = any(p.role in RULES[verb] and reaches(p, place) for p in scope.posts)
    by_child = Role.GUARDIAN in RULES[verb] and child in scope.children
    by_family = verb in OF_FAMILIES and child in scope.families
    assert may(scope, verb, place, child) == (by_post or by_child or by_family)


@settings(max_examples=400, deadline=None)
@given(scopes, places, st.integers(1, 6))
def test_names_are_for_the_posyandu_the_bidan_and_the_puskesmas_of_the_place(
    scope: Scope, place: Place, child: int
) -> None:
    """Offices at any level, TPK and operators see no name by their post, however high it is."""
    named = any(p.role in NAMED and reaches(p, place) for p in scope.posts)
    assert may(scope, "see_children", place) == named
    if not named and child not in scope.children | scope.families:
        assert not may(scope, "see_child", place, child)
    assert may(scope, "see_phone", place) == named


@given(posts, places)
def test_an_office_counts_but_never_names(post: Post, place: Place) -> None:
    if post.role in OFFICES | {Role.TPK}:
        scope = Scope(1, (post,))
        assert may(scope, "see_numbers", place) == reaches(post, place)
        assert not any(may(scope, v, place, 1) for v in ("see_child", "see_children", "record_visit", "export_names"))


@given(places, st.integers(1, 6))
def test_somebody_without_a_post_may_only_what_anybody_may(place: Place, child: int) -> None:
    assert not any(may(Scope(None), verb, place, child) for verb in RULES)
    assert all(may(Scope(None), verb, place) for verb in ANYONE)
    assert not may(Scope(1, (Post(Role.OPERATOR, area="3"),)), "no_such_verb", place, child)
