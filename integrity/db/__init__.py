"""Room: the database. Models, frames from rows, units of work, snapshots, audit, migrations."""
