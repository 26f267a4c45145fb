"""Every table: whoever opens the database, migrates it or saves it imports this, and then all models are known."""

from __future__ import annotations

import cutroom.accounts.audit.models
import cutroom.accounts.config.models
import cutroom.accounts.factors.models
import cutroom.accounts.models
import cutroom.accounts.oidc.models
import cutroom.accounts.quotas.models
import cutroom.accounts.vault.models
import cutroom.accounts.webhooks.models
import cutroom.analysis.models
import cutroom.edit.brands.models
import cutroom.edit.models
import cutroom.ingest.imports.models
import cutroom.ingest.subscriptions.models
import cutroom.ingest.uploads.models
import cutroom.jobs.models
import cutroom.library.duplicates.models
import cutroom.library.models
import cutroom.library.search.models
import cutroom.library.sharing.models
import cutroom.library.views.models
import cutroom.render.models  # noqa: F401 - importing the models is what makes them known
