"""Whether the dashboard can do its work: the database answers, is up to date, and its calendar reaches far enough."""

from core import business_days, db, migrate
from core.errors import Refused


def problems() -> list[str]:
    """What is not well, a sentence each; nothing when all is well."""
    try:
        with db.begin() as conn:
            missing = migrate.pending(conn.connection.driver_connection)  # type: ignore[arg-type]
            if missing:
                return [f"The database lacks {', '.join(missing)}: run python -m core migrate."]
            calendar = business_days.runs_out(conn)
            return [calendar.in_words] if calendar.soon else []
    except Refused as refusal:
        return [str(refusal)]
