"""Alembic's environment: runs the migrations on the engine of the open store."""

from alembic import context
from sqlalchemy import text

from storage.tables import metadata

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        # Houses are at work meanwhile: rather step back and try again than hold them all up behind one long look.
        connection.execute(text("set lock_timeout = '3s'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
