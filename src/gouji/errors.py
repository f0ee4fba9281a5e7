"""What can go wrong, told to people: each error carries its message in two languages."""

from msgspec import Struct

from gouji.wording import Text


class GoujiError(Exception):
    """An error whose ``text`` is meant for the user."""

    def __init__(self, text: Text) -> None:
        """Keep the message in both languages; ``str()`` gives the English one."""
        super().__init__(text.en)
        self.text = text


class UsageError(GoujiError):
    """The call cannot be carried out as asked: exit 2."""


class UnreadableError(GoujiError):
    """A document could not be read in full. It becomes a finding with this rule id, never a pass."""

    def __init__(self, rule: str, text: Text) -> None:
        """Name the reading rule (``GJ0xx``) whose finding this will be."""
        super().__init__(text)
        self.rule = rule


class DeclarationError(ValueError):
    """A key of a rule pack holds what it must not: ``key`` names it, ``text`` says why.

    ``inside`` leads on from the key to the item at fault, where the key holds several.
    """

    def __init__(self, key: str, text: Text, inside: tuple[str | int, ...] = ()) -> None:
        """Keep the reason in both languages; ``str()`` gives the English one."""
        super().__init__(text.en)
        self.key, self.text, self.inside = key, text, inside


class Mistake(Struct, frozen=True):
    """One mistake in a rule pack: where it is, the line itself, and what is wrong with it."""

    path: str
    line: int
    column: int
    excerpt: str
    text: Text


class PackError(GoujiError):
    """A rule pack has mistakes; all of them are reported at once: exit 2."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        """Keep every mistake, in file and line order."""
        count = len(mistakes)
        super().__init__(Text(f"规则包有 {count} 处错误", f"the rule pack has {count} mistake(s)"))
        self.mistakes = mistakes
