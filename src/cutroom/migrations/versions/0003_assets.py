"""Assets.

Follows: 0002. Written 2026-11-29.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("name", name=op.f("uq_category_name")),
    )
    op.create_index(op.f("ix_category_position"), "category", ["position"], unique=False)
    op.create_table(
        "tag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("display_name", sa.String(length=50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "private",
                "group",
                "instance",
                "link",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("licence", sa.String(length=40), nullable=True),
        sa.Column("licence_note", sa.Text(), nullable=False),
        sa.Column("attribution", sa.String(length=1000), nullable=False),
        sa.Column("source_url", sa.String(length=2000), nullable=True),
        sa.Column(
            "source_kind",
            sa.Enum(
                "upload",
                "disk",
                "link",
                "recording",
                "made",
                name="sourcekind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("brought_by_id", sa.Uuid(), nullable=True),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_version", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "processing",
                "ready",
                "failed",
                name="assetstate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("info", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brought_by_id"], ["user.id"], name=op.f("fk_asset_brought_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_asset_category_id_category"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["user.id"], name=op.f("fk_asset_deleted_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_asset_owner_id_user"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_asset_sha256_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    op.create_index(op.f("ix_asset_brought_by_id"), "asset", ["brought_by_id"], unique=False)
    op.create_index("ix_asset_category_id_deleted_at_id", "asset", ["category_id", "deleted_at", "id"], unique=False)
    op.create_index("ix_asset_deleted_at_duration_s_id", "asset", ["deleted_at", "duration_s", "id"], unique=False)
    op.create_index("ix_asset_deleted_at_id", "asset", ["deleted_at", "id"], unique=False)
    op.create_index("ix_asset_deleted_at_size_bytes_id", "asset", ["deleted_at", "size_bytes", "id"], unique=False)
    op.create_index("ix_asset_deleted_at_title_id", "asset", ["deleted_at", "title", "id"], unique=False)
    op.create_index(op.f("ix_asset_deleted_by_id"), "asset", ["deleted_by_id"], unique=False)
    op.create_index("ix_asset_owner_id_deleted_at_id", "asset", ["owner_id", "deleted_at", "id"], unique=False)
    op.create_index(op.f("ix_asset_sha256"), "asset", ["sha256"], unique=False)
    op.create_index("ix_asset_state_deleted_at_id", "asset", ["state", "deleted_at", "id"], unique=False)
    op.create_index("ix_asset_visibility_deleted_at_id", "asset", ["visibility", "deleted_at", "id"], unique=False)
    op.create_table(
        "collection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "private",
                "group",
                "instance",
                "link",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["user.id"], name=op.f("fk_collection_deleted_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_collection_owner_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
    )
    op.create_index("ix_collection_deleted_at_id", "collection", ["deleted_at", "id"], unique=False)
    op.create_index("ix_collection_deleted_at_title_id", "collection", ["deleted_at", "title", "id"], unique=False)
    op.create_index(op.f("ix_collection_deleted_by_id"), "collection", ["deleted_by_id"], unique=False)
    op.create_index(
        "ix_collection_owner_id_deleted_at_id", "collection", ["owner_id", "deleted_at", "id"], unique=False
    )
    op.create_table(
        "asset_file",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_file_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_asset_file_sha256_blob")),
        sa.PrimaryKeyConstraint("asset_id", "name", name=op.f("pk_asset_file")),
    )
    op.create_index(op.f("ix_asset_file_sha256"), "asset_file", ["sha256"], unique=False)
    op.create_table(
        "asset_group",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("may_edit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_group_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_asset_group_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "group_id", name=op.f("pk_asset_group")),
    )
    op.create_index(op.f("ix_asset_group_group_id"), "asset_group", ["group_id"], unique=False)
    op.create_table(
        "asset_quality",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_quality_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_asset_quality")),
    )
    op.create_table(
        "asset_tag",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_tag_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_asset_tag_tag_id_tag"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("asset_id", "tag_id", name=op.f("pk_asset_tag")),
    )
    op.create_index(op.f("ix_asset_tag_tag_id"), "asset_tag", ["tag_id"], unique=False)
    op.create_table(
        "asset_version",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("info", sa.JSON(), nullable=True),
        sa.Column(
            "source_kind",
            sa.Enum(
                "upload",
                "disk",
                "link",
                "recording",
                "made",
                name="sourcekind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("source_url", sa.String(length=2000), nullable=True),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("brought_by_id", sa.Uuid(), nullable=True),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_version_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["brought_by_id"], ["user.id"], name=op.f("fk_asset_version_brought_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["user.id"], name=op.f("fk_asset_version_replaced_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_asset_version_sha256_blob")),
        sa.PrimaryKeyConstraint("asset_id", "number", name=op.f("pk_asset_version")),
    )
    op.create_index(op.f("ix_asset_version_brought_by_id"), "asset_version", ["brought_by_id"], unique=False)
    op.create_index(op.f("ix_asset_version_replaced_by_id"), "asset_version", ["replaced_by_id"], unique=False)
    op.create_index(op.f("ix_asset_version_sha256"), "asset_version", ["sha256"], unique=False)
    op.create_table(
        "collection_group",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("may_edit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_collection_group_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_collection_group_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "group_id", name=op.f("pk_collection_group")),
    )
    op.create_index(op.f("ix_collection_group_group_id"), "collection_group", ["group_id"], unique=False)
    op.create_table(
        "collection_item",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk_collection_item_added_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_collection_item_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_collection_item_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", "asset_id", name=op.f("pk_collection_item")),
    )
    op.create_index(op.f("ix_collection_item_added_by_id"), "collection_item", ["added_by_id"], unique=False)
    op.create_index(op.f("ix_collection_item_asset_id"), "collection_item", ["asset_id"], unique=False)
    op.create_index(
        "ix_collection_item_collection_id_position",
        "collection_item",
        ["collection_id", "position", "asset_id"],
        unique=False,
    )
    op.create_table(
        "fingerprint",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column(
            "sense",
            sa.Enum("picture", "sound", name="sense", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step_s", sa.Double(), nullable=False),
        sa.Column("hashes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_fingerprint_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "sense", name=op.f("pk_fingerprint")),
    )
    op.create_table(
        "fingerprint_key",
        sa.Column(
            "sense",
            sa.Enum("picture", "sound", name="sense", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_fingerprint_key_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sense", "key", "asset_id", "place", name=op.f("pk_fingerprint_key")),
    )
    op.create_index("ix_fingerprint_key_asset_id_sense", "fingerprint_key", ["asset_id", "sense"], unique=False)
    op.create_table(
        "search_entry",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_search_entry_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_search_entry_asset_id")),
    )
    op.create_table(
        "share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("downloads", sa.Boolean(), nullable=False),
        sa.Column("embeds", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(asset_id IS NULL) <> (collection_id IS NULL AND category_id IS NULL)", name=op.f("ck_share_one_thing")
        ),
        sa.CheckConstraint("collection_id IS NULL OR category_id IS NULL", name=op.f("ck_share_one_list")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_share_asset_id_asset"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_share_category_id_category"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_share_collection_id_collection"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_share_owner_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
    )
    op.create_index(op.f("ix_share_asset_id"), "share", ["asset_id"], unique=False)
    op.create_index(op.f("ix_share_category_id"), "share", ["category_id"], unique=False)
    op.create_index(op.f("ix_share_collection_id"), "share", ["collection_id"], unique=False)
    op.create_index(op.f("ix_share_owner_id"), "share", ["owner_id"], unique=False)
    op.create_table(
        "view_day",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("guest_views", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_view_day_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "day", name=op.f("pk_view_day")),
    )
    op.create_table(
        "viewing",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("viewer_key", sa.String(length=64), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("watched_s", sa.Integer(), nullable=False),
        sa.Column("position_s", sa.Double(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("watched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_viewing_asset_id_asset"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("asset_id", "viewer_key", name=op.f("pk_viewing")),
    )
    op.create_index(
        "ix_viewing_viewer_key_watched_at_asset_id", "viewing", ["viewer_key", "watched_at", "asset_id"], unique=False
    )
    op.create_index(op.f("ix_viewing_watched_at"), "viewing", ["watched_at"], unique=False)
    op.create_table(
        "watch_edge",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("second", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_watch_edge_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "second", name=op.f("pk_watch_edge")),
    )
    op.create_table(
        "passage",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=True),
        sa.Column("end_s", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["search_entry.number"], name=op.f("fk_passage_number_search_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_index(op.f("ix_passage_number"), "passage", ["number"], unique=False)
    op.create_table(
        "share_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("mailed_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times_opened", sa.Integer(), nullable=False),
        sa.Column("watched_s", sa.Double(), nullable=False),
        sa.Column("times_saved", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["share_id"], ["share.id"], name=op.f("fk_share_link_share_id_share"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("mailed_hash", name=op.f("uq_share_link_mailed_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_share_link_token_hash")),
    )
    op.create_index(op.f("ix_share_link_share_id"), "share_link", ["share_id"], unique=False)


def downgrade() -> None:
    """Go down again."""
    op.drop_table("share_link")
    op.drop_table("passage")
    op.drop_table("watch_edge")
    op.drop_table("viewing")
    op.drop_table("view_day")
    op.drop_table("share")
    op.drop_table("search_entry")
    op.drop_table("fingerprint_key")
    op.drop_table("fingerprint")
    op.drop_table("collection_item")
    op.drop_table("collection_group")
    op.drop_table("asset_version")
    op.drop_table("asset_tag")
    op.drop_table("asset_quality")
    op.drop_table("asset_group")
    op.drop_table("asset_file")
    op.drop_table("collection")
    op.drop_table("asset")
    op.drop_table("tag")
    op.drop_table("category")
