"""The embedded PostgreSQL, for whoever has no server of their own."""

from bot.postgres.server import THROWAWAY, EmbeddedPostgres, EmbeddedPostgresError

__all__ = ["THROWAWAY", "EmbeddedPostgres", "EmbeddedPostgresError"]
