"""The commands of `zvonok`, one file each. `bot.cli.COMMANDS` lists them."""
