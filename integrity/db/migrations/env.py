"""Alembic environment: runs on the connection it is handed, with the guards taken off and put back."""

from __future__ import annotations

from alembic import context

from integrity.db.models import Base
from integrity.db.triggers import drop_guards, install_guards


def run() -> None:
    """Run the migrations that were asked for."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    # A batch migration drops and renames tables: SQLite loses their triggers and refuses those that name them.
    drop_guards(connection)
    with context.begin_transaction():
        context.run_migrations()
    install_guards(connection)


run()
