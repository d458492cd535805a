"""Providers with the S3 protocol: what follows from a region, and what each must be told.

The variables of each begin with its own prefix, so that several may be configured at once and
`move_files` can bring files from one to another.
"""

from dataclasses import dataclass

from luffy_api.settings import env

# How an address names the bucket.
PATH, VIRTUAL = "path", "virtual"


@dataclass(frozen=True)
class S3Provider:
    """Blank or None is what has no default: the variable must be set.

    `endpoint` has a place for the region. `domains` says whether an address can be bound to a
    private bucket. The examples of regions and buckets stand in error messages.
    """

    prefix: str
    endpoint: str = ""
    style: str = ""
    region: str | None = None
    region_form: str = r"\S+"
    region_example: str = "us-east-1"
    bucket_form: str = r"[a-z0-9][a-z0-9-]*[a-z0-9]"
    bucket_example: str = "school"
    domains: bool = False

    def text(self, name: str, default: str | None = None) -> str:
        """The variable `name` behind the prefix; see env.text."""
        return env.text(f"{self.prefix}_{name}", default)

    def url(self, name: str, default: str | None = None) -> str:
        """See env.url."""
        return env.url(f"{self.prefix}_{name}", default)

    def secret(self, name: str) -> str:
        """See env.secret."""
        return env.secret(f"{self.prefix}_{name}")

    def bucket(self, name: str, default: str | None = None) -> str:
        """The name of a bucket; raises ImproperlyConfigured for one that cannot exist there."""
        return env.matching(f"{self.prefix}_{name}", self.bucket_form, self.bucket_example, default)

    @property
    def is_configured(self) -> bool:
        """Whether a bucket was named."""
        return bool(self.text("BUCKET", ""))


@dataclass(frozen=True)
class S3Address:
    """Where this server reaches a provider, and where browsers do.

    `domain` is the address that is bound to the private bucket, or blank.
    """

    region: str
    style: str
    endpoint: str
    browser_endpoint: str
    domain: str

    def bucket_url(self, bucket: str) -> str:
        """The URL of a bucket for browsers."""
        scheme, _, host = self.browser_endpoint.partition("://")
        path = f"{self.browser_endpoint}/{bucket}"
        return path if self.style == PATH else f"{scheme}://{bucket}.{host}"


S3_PROVIDERS = {
    # Amazon, and whatever else speaks its protocol: everything is said.
    "s3": S3Provider("S3", region="us-east-1", bucket_form=r"\S+"),
    "minio": S3Provider(
        "MINIO", style=PATH, region="us-east-1", bucket_form=r"[a-z0-9][a-z0-9.-]+"
    ),
    "oss": S3Provider(
        "OSS",
        endpoint="https://s3.oss-{}.aliyuncs.com",
        style=VIRTUAL,
        # The console shows oss-cn-hangzhou in addresses; signatures name cn-hangzhou.
        region_form=r"(?!oss-)[a-z]{2}-[a-z0-9-]+(?<!-internal)",
        region_example="cn-hangzhou",
        domains=True,
    ),
    "cos": S3Provider(
        "COS",
        endpoint="https://cos.{}.myqcloud.com",
        style=VIRTUAL,
        region_form=r"(?!cos)[a-z]{2}-[a-z0-9-]+",
        region_example="ap-guangzhou",
        # Every bucket ends in the number of its account.
        bucket_form=r"[a-z0-9][a-z0-9-]*-[0-9]{8,}",
        bucket_example="school-1250000000",
        domains=True,
    ),
}


def address(provider: S3Provider) -> S3Address:
    """How a provider is reached; raises ImproperlyConfigured for what is missing or wrong."""
    region = env.matching(
        f"{provider.prefix}_REGION", provider.region_form, provider.region_example, provider.region
    )
    public = provider.endpoint.format(region) if provider.endpoint else None
    endpoint = provider.url("ENDPOINT_URL", public)
    styles = f"{provider.prefix}_ADDRESSING_STYLE"
    return S3Address(
        region=region,
        style=provider.style or env.choice(styles, {PATH, VIRTUAL}, PATH),
        endpoint=endpoint,
        # ENDPOINT_URL may be internal: where the region tells the public one, browsers use that.
        browser_endpoint=provider.url("BROWSER_ENDPOINT_URL", public or endpoint),
        domain=env.origin(f"{provider.prefix}_DOMAIN") if provider.domains else "",
    )
