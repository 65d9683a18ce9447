"""Facts, and decisions on damage mechanisms; an assignment made before stands as accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from integrity.db.schema_file import shipped, tables_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of facts and the columns of a decision."""
    for table in tables_of(shipped(revision)):
        if table.name == "fact":
            table.create(op.get_bind())
    op.add_column(
        "damage_assignment", sa.Column("decision", sa.Text(), nullable=False, server_default=sa.text("'accepted'"))
    )
    op.add_column("damage_assignment", sa.Column("decided_d", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("fact")
    with op.batch_alter_table("damage_assignment") as batch:
        batch.drop_column("decided_d")
        batch.drop_column("decision")
