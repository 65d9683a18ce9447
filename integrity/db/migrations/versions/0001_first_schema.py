"""First schema: all tables as described in `schema_0001.json`."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from integrity.core.tables import read_json
from integrity.db.schema_file import tables_of

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FILE = Path(__file__).parent / "schema_0001.json"


def upgrade() -> None:
    """Make all tables."""
    for table in tables_of(read_json(_FILE)):
        table.create(op.get_bind())


def downgrade() -> None:
    """Drop all tables."""
    for table in reversed(tables_of(read_json(_FILE))):
        table.drop(op.get_bind())
