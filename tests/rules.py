"""The rule sets that come with the application, as values, without a database."""

from areas.rule_seeds import seeded_rules

PERMEN_02_2016 = seeded_rules("permen-02-2016")
PERMEN_14_2018 = seeded_rules("permen-14-2018")
