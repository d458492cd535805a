"""The providers at whose addresses Swift answers, and what a shop is told of each."""

from dataclasses import dataclass

ACCOUNT, USER, SECRET = "school", "teacher", "the-secret-of-the-tests"


@dataclass(frozen=True)
class Provider:
    """A proxy server of Swift.

    Signatures must name its `region`; below `domains` a bucket is named by its host, else
    by the path. The shop is told `variables` besides keys and addresses.
    """

    name: str
    host: str
    region: str
    domains: tuple[str, ...]
    variables: dict[str, str]

    @property
    def hosts(self) -> list[str]:
        """For its certificate."""
        return [self.host, *(f"*.{domain}" for domain in self.domains)]

    @property
    def environment(self) -> dict[str, str]:
        """The variables of the shop.

        Swift's S3 API opens nothing to who has no signature; its own API does, for a whole bucket.
        """
        prefix = self.name.upper()
        given = {
            **self.variables,
            "ACCESS_KEY": f"{ACCOUNT}:{USER}",
            "SECRET_KEY": SECRET,
            "PUBLIC_BUCKET": f"{self.variables['BUCKET']}-open",
            "PUBLIC_DOMAIN": f"https://{self.host}/v1/AUTH_{ACCOUNT}/{self.variables['BUCKET']}-open",
        }
        if self.name == "cos":
            # The name of every bucket ends in the account's number.
            given["PUBLIC_BUCKET"] = "open-1250000000"
        return {f"{prefix}_{name}": value for name, value in given.items()}


PROVIDERS = {
    each.name: each
    for each in (
        Provider(
            "minio",
            "minio.school.example",
            "us-east-1",
            (),
            {"ENDPOINT_URL": "https://minio.school.example", "BUCKET": "school"},
        ),
        Provider(
            "oss",
            "s3.oss-cn-hangzhou.aliyuncs.com",
            "cn-hangzhou",
            # The second makes video.school.example a domain that is bound to the bucket `video`.
            ("s3.oss-cn-hangzhou.aliyuncs.com", "school.example"),
            {"REGION": "cn-hangzhou", "BUCKET": "video", "DOMAIN": "https://video.school.example"},
        ),
        Provider(
            "cos",
            "cos.ap-guangzhou.myqcloud.com",
            "ap-guangzhou",
            ("cos.ap-guangzhou.myqcloud.com",),
            {"REGION": "ap-guangzhou", "BUCKET": "school-1250000000"},
        ),
    )
}
