"""The rules: growth, KMS, SKDN, risk, calendar, entry grammar, access. Standard library only, no clock, no I/O."""
