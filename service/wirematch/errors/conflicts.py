"""A request contradicts what is stored: something is missing, is there already, or has changed."""

from __future__ import annotations

from wirematch.errors.base import WirematchError


class ArticleNotFoundError(WirematchError):
    """No article is stored under this id."""

    status = 404
    type = "article-not-found"
    title = "No such article"

    def __init__(self, article_id: str) -> None:
        super().__init__(f"No article is stored under the id {article_id!r}.")


class CheckNotFoundError(WirematchError):
    """What was checked on a page is not kept any more, or never was."""

    status = 404
    type = "check-not-found"
    title = "No such check"

    def __init__(self) -> None:
        super().__init__("This check is no longer kept, or never existed. Check the article again.")


class VersionNotFoundError(WirematchError):
    """An article's earlier version is not kept, or never was."""

    status = 404
    type = "version-not-found"
    title = "No such version"

    def __init__(self, article_id: str, version: int) -> None:
        super().__init__(
            f"Version {version} of {article_id!r} is not kept. Only the last few versions are kept, for some weeks "
            "(WIREMATCH_VERSIONS_KEPT, WIREMATCH_VERSIONS_WINDOW)."
        )


class ArticleExistsError(WirematchError):
    """An article with this id is stored already."""

    status = 409
    type = "article-exists"
    title = "The id is taken"

    def __init__(self, article_id: str) -> None:
        super().__init__(f"An article is already stored under the id {article_id!r}; PUT replaces it.")


class PreconditionFailedError(WirematchError):
    """The stored article does not meet ``If-Match`` or ``If-None-Match``."""

    status = 412
    type = "precondition-failed"
    title = "Precondition failed"

    def __init__(self, header: str) -> None:
        super().__init__(f"The stored article does not meet the {header} header; read it again before you change it.")


class TextNotKeptError(WirematchError):
    """A part of a story came, and the other part is stored without its text, so nobody can join them."""

    status = 409
    type = "text-not-kept"
    title = "The text of the stored article is not kept"

    def __init__(self, article_id: str) -> None:
        super().__init__(
            f"This document adds to the article {article_id!r}, but the service keeps no text that it could add to. "
            "Send the whole story under its id."
        )


class TenantGoneError(WirematchError):
    """The tenant of a key is not there, or not any more."""

    status = 403
    type = "tenant-gone"
    title = "The tenant of the key no longer exists"

    def __init__(self, tenant: str) -> None:
        super().__init__(f"The tenant {tenant!r} no longer exists.")


class DamagedTenantError(WirematchError):
    """What is stored of a tenant cannot be read."""

    type = "damaged-tenant"
    title = "The tenant's record is damaged"

    def __init__(self, tenant: str) -> None:
        super().__init__(
            f"The record of the tenant {tenant!r} is damaged, so its quota and its webhook are unknown. 'wirematch "
            f"tenants change {tenant}' with its settings writes it anew; its articles are as they were."
        )


class QuotaReachedError(WirematchError):
    """The tenant's articles may not become more."""

    status = 403
    type = "quota-reached"
    title = "The quota of stored articles is reached"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"The tenant may store at most {most:,} articles; nothing was stored. Remove some, or ask for a "
            "higher quota."
        )


class StaleListingError(WirematchError):
    """A list of articles cannot be continued."""

    status = 410
    type = "stale-listing"
    title = "The list must be started over"

    def __init__(self) -> None:
        super().__init__("The index was rebuilt after this list was begun; start over, without 'after'.")
