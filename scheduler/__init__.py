"""When, not what: the cron table, the run ledger, three-line jobs."""
