"""gouji (勾稽) checks government disclosure reports against declared rules."""

__version__ = "0.1.0"
