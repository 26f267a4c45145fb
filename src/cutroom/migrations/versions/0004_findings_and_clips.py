"""Findings and clips.

Follows: 0003. Written 2026-11-29.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "brand_kit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("fill", sa.String(length=7), nullable=True),
        sa.Column("lit", sa.String(length=7), nullable=True),
        sa.Column("face", sa.String(length=40), nullable=True),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.Column("logo_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("logo_width", sa.Integer(), nullable=False),
        sa.Column("logo_height", sa.Integer(), nullable=False),
        sa.Column(
            "logo_corner",
            sa.Enum(
                "top-left",
                "top-right",
                "bottom-left",
                "bottom-right",
                name="corner",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("logo_share", sa.Double(), nullable=False),
        sa.Column("logo_opacity", sa.Double(), nullable=False),
        sa.Column("intro", sa.JSON(), nullable=True),
        sa.Column("intro_sha256", sa.String(length=64), nullable=True),
        sa.Column("outro", sa.JSON(), nullable=True),
        sa.Column("outro_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["intro_sha256"], ["blob.sha256"], name=op.f("fk_brand_kit_intro_sha256_blob")),
        sa.ForeignKeyConstraint(["logo_sha256"], ["blob.sha256"], name=op.f("fk_brand_kit_logo_sha256_blob")),
        sa.ForeignKeyConstraint(["outro_sha256"], ["blob.sha256"], name=op.f("fk_brand_kit_outro_sha256_blob")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_brand_kit_owner_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_kit")),
    )
    op.create_index(op.f("ix_brand_kit_intro_sha256"), "brand_kit", ["intro_sha256"], unique=False)
    op.create_index(op.f("ix_brand_kit_logo_sha256"), "brand_kit", ["logo_sha256"], unique=False)
    op.create_index(op.f("ix_brand_kit_outro_sha256"), "brand_kit", ["outro_sha256"], unique=False)
    op.create_index(op.f("ix_brand_kit_owner_id"), "brand_kit", ["owner_id"], unique=False)
    op.create_table(
        "candidate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum("accepted", "rejected", name="decision", native_enum=False, create_constraint=True, length=16),
            nullable=True,
        ),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_candidate_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_candidate_decided_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_candidate_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
    )
    op.create_index(op.f("ix_candidate_asset_id"), "candidate", ["asset_id"], unique=False)
    op.create_index(op.f("ix_candidate_decided_by_id"), "candidate", ["decided_by_id"], unique=False)
    op.create_index("ix_candidate_run_position", "candidate", ["run_id", "position"], unique=True)
    op.create_table(
        "chapter",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_chapter_asset_id_asset"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("asset_id", "position", name=op.f("pk_chapter")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_correction_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_correction_author_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_asset_version", "correction", ["asset_id", "version", "position"], unique=True)
    op.create_index(op.f("ix_correction_author_id"), "correction", ["author_id"], unique=False)
    op.create_table(
        "transcript",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_transcript_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_transcript_run_id_run"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_transcript")),
    )
    op.create_index(op.f("ix_transcript_run_id"), "transcript", ["run_id"], unique=False)
    op.create_table(
        "edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("source_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("material_sha256", sa.String(length=64), nullable=False),
        sa.Column("material_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_edit_asset_id_asset"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_edit_candidate_id_candidate"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["material_sha256"], ["blob.sha256"], name=op.f("fk_edit_material_sha256_blob")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_edit_owner_id_user"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["source_sha256"], ["blob.sha256"], name=op.f("fk_edit_source_sha256_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
    )
    op.create_index("ix_edit_asset_id_deleted_at_id", "edit", ["asset_id", "deleted_at", "id"], unique=False)
    op.create_index(op.f("ix_edit_candidate_id"), "edit", ["candidate_id"], unique=False)
    op.create_index(op.f("ix_edit_material_sha256"), "edit", ["material_sha256"], unique=False)
    op.create_index(op.f("ix_edit_owner_id"), "edit", ["owner_id"], unique=False)
    op.create_index(op.f("ix_edit_source_sha256"), "edit", ["source_sha256"], unique=False)
    op.create_table(
        "clip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("cut_from", sa.String(length=64), nullable=True),
        sa.Column("edit_id", sa.Uuid(), nullable=True),
        sa.Column("edit_version", sa.Integer(), nullable=True),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.Column("intro_sha256", sa.String(length=64), nullable=True),
        sa.Column("outro_sha256", sa.String(length=64), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("timeline", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_clip_asset_id_asset"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["cut_from"], ["blob.sha256"], name=op.f("fk_clip_cut_from_blob")),
        sa.ForeignKeyConstraint(["edit_id"], ["edit.id"], name=op.f("fk_clip_edit_id_edit"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["intro_sha256"], ["blob.sha256"], name=op.f("fk_clip_intro_sha256_blob")),
        sa.ForeignKeyConstraint(["logo_sha256"], ["blob.sha256"], name=op.f("fk_clip_logo_sha256_blob")),
        sa.ForeignKeyConstraint(["outro_sha256"], ["blob.sha256"], name=op.f("fk_clip_outro_sha256_blob")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_clip_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip")),
    )
    op.create_index(op.f("ix_clip_asset_id"), "clip", ["asset_id"], unique=False)
    op.create_index(op.f("ix_clip_cut_from"), "clip", ["cut_from"], unique=False)
    op.create_index(op.f("ix_clip_edit_id"), "clip", ["edit_id"], unique=False)
    op.create_index(op.f("ix_clip_intro_sha256"), "clip", ["intro_sha256"], unique=False)
    op.create_index(op.f("ix_clip_logo_sha256"), "clip", ["logo_sha256"], unique=False)
    op.create_index(op.f("ix_clip_outro_sha256"), "clip", ["outro_sha256"], unique=False)
    op.create_index("ix_clip_run_rank", "clip", ["run_id", "rank"], unique=False)
    op.create_table(
        "edit_version",
        sa.Column("edit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("rendered", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_edit_version_author_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["edit_id"], ["edit.id"], name=op.f("fk_edit_version_edit_id_edit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edit_id", "number", name=op.f("pk_edit_version")),
    )
    op.create_index(op.f("ix_edit_version_author_id"), "edit_version", ["author_id"], unique=False)
    op.create_table(
        "clip_file",
        sa.Column("clip_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["clip_id"], ["clip.id"], name=op.f("fk_clip_file_clip_id_clip"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_clip_file_sha256_blob")),
        sa.PrimaryKeyConstraint("clip_id", "name", name=op.f("pk_clip_file")),
    )
    op.create_index(op.f("ix_clip_file_sha256"), "clip_file", ["sha256"], unique=False)


def downgrade() -> None:
    """Go down again."""
    op.drop_table("clip_file")
    op.drop_table("edit_version")
    op.drop_table("clip")
    op.drop_table("edit")
    op.drop_table("transcript")
    op.drop_table("correction")
    op.drop_table("chapter")
    op.drop_table("candidate")
    op.drop_table("brand_kit")
