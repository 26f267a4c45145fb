"""Ingest.

Follows: 0004. Written 2026-11-29.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("link", "folder", name="subscriptionkind", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=4096), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "own",
                "permission",
                "licence",
                "exception",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("start", sa.JSON(), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("backfill", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_subscription_owner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_subscription_run_id_run"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_next_at"), "subscription", ["next_at"], unique=False)
    op.create_index("ix_subscription_owner_id_id", "subscription", ["owner_id", "id"], unique=False)
    op.create_index(op.f("ix_subscription_run_id"), "subscription", ["run_id"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("link", "file", name="importkind", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=4096), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "own",
                "permission",
                "licence",
                "exception",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("start", sa.JSON(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("info", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_import_asset_id_asset"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_import_owner_id_user"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["import.id"], name=op.f("fk_import_parent_id_import"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_import_run_id_run"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_asset_id"), "import", ["asset_id"], unique=False)
    op.create_index("ix_import_owner_id_id", "import", ["owner_id", "id"], unique=False)
    op.create_index(op.f("ix_import_parent_id"), "import", ["parent_id"], unique=False)
    op.create_index(op.f("ix_import_run_id"), "import", ["run_id"], unique=False)
    op.create_index(op.f("ix_import_settled_at"), "import", ["settled_at"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "whole",
                "part",
                "joined",
                "direct",
                name="uploadkind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "receiving",
                "received",
                "finished",
                "failed",
                name="uploadstate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("reserved_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.Text(), nullable=True),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("start", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("piece_bytes", sa.BigInteger(), nullable=True),
        sa.Column("remote", sa.JSON(), nullable=True),
        sa.Column("joined_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_version", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_upload_asset_id_asset"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["joined_id"], ["upload.id"], name=op.f("fk_upload_joined_id_upload"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_upload_owner_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_asset_id"), "upload", ["asset_id"], unique=False)
    op.create_index(op.f("ix_upload_joined_id"), "upload", ["joined_id"], unique=False)
    op.create_index("ix_upload_owner_id_id", "upload", ["owner_id", "id"], unique=False)
    op.create_index("ix_upload_state_expires_at", "upload", ["state", "expires_at"], unique=False)
    op.create_table(
        "seen_item",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("modified_ns", sa.BigInteger(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_seen_item_import_id_import"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_seen_item_subscription_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscription_id", "key", name=op.f("pk_seen_item")),
    )
    op.create_index(op.f("ix_seen_item_import_id"), "seen_item", ["import_id"], unique=False)
    op.create_table(
        "upload_piece",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_upload_piece_upload_id_upload"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_upload_piece")),
    )


def downgrade() -> None:
    """Go down again."""
    op.drop_table("upload_piece")
    op.drop_table("seen_item")
    op.drop_table("upload")
    op.drop_table("import")
    op.drop_table("subscription")
