"""The words of a line that name somebody, sorted by whom they name."""

from dataclasses import dataclass, field

from posyandu.anthropometry import Sex

FAR = -9  # a place before every line


@dataclass(slots=True)
class NameWords:
    """The words of a line, sorted. `places` are where the child's words stand among the items."""

    child: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    optional: set[int] = field(default_factory=set)  # of `child`: words that are titles or a sex as well
    mother: list[str] = field(default_factory=list)
    mother_places: list[int] = field(default_factory=list)
    mother_marked: bool = False  # "anak bu ...", "bu ..."
    mother_unknown: bool = False  # a mother was named whom nobody here has
    either: list[str] = field(default_factory=list)  # of the mother's words, those that a child here has too
    child_of: bool = False
    strange: list[str] = field(default_factory=list)  # names elsewhere in the line
    adult: bool = False  # an adult who is nobody's mother was named
    newborn: bool = False  # "by.", "bayi"
    two: bool = False  # names joined by "dan"
    sex: Sex | None = None
    codes: list[str] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The place of the last word taken as a child's."""
        return self.places[-1] if self.places else FAR
