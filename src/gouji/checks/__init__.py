"""Rule kinds: one file each, the keys of the YAML and the behaviour together."""

from gouji.checks.agreement import AgreementRule
from gouji.checks.continuity import ContinuityRule
from gouji.checks.date import DateRule
from gouji.checks.equation import EquationRule
from gouji.checks.field import FieldRule
from gouji.checks.plausibility import PlausibilityRule
from gouji.checks.repetition import RepetitionRule
from gouji.checks.rollup import RollupRule
from gouji.checks.section import SectionRule
from gouji.checks.table import TableRule
from gouji.checks.wording import WordingRule
from gouji.rule import Rule

KINDS: dict[str, type[Rule]] = {
    "section": SectionRule,
    "field": FieldRule,
    "table": TableRule,
    "equation": EquationRule,
    "agreement": AgreementRule,
    "date": DateRule,
    "wording": WordingRule,
    "repetition": RepetitionRule,
    "continuity": ContinuityRule,
    "rollup": RollupRule,
    "plausibility": PlausibilityRule,
}
