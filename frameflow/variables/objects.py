"""Objects.

Videos, frames and ZIPs lie in `objects/` of the data folder, or, where `S3_BUCKET` is set, in a
bucket of Amazon S3 or of a server that speaks its language:
[how to use S3](../howto/use-s3.md). What is not given here is looked for where the AWS SDK does.
"""

from frameflow.variables.kinds import Choice, Endpoint, Secret, Text

S3_BUCKET = Text("S3_BUCKET", "the bucket; it must exist", example="frameflow")
S3_PREFIX = Text(
    "S3_PREFIX", "stands before every key, so that a bucket can be shared", example="frameflow/"
)
S3_ENDPOINT_URL = Endpoint(
    "S3_ENDPOINT_URL",
    "where the processes reach the bucket",
    shown="Amazon's",
    example="http://s3:8333",
)
S3_PUBLIC_ENDPOINT_URL = Endpoint(
    "S3_PUBLIC_ENDPOINT_URL",
    "where people reach the bucket. With it a ZIP is fetched from there, by a link that is signed "
    "for five minutes and used only while a try shows that such links open; without it the web "
    "passes the bytes on",
    example="https://s3.example.com",
)
S3_ADDRESSING_STYLE = Choice(
    "S3_ADDRESSING_STYLE",
    "`path` puts the bucket into the path, `virtual` into the host name",
    "auto",
    allowed=("auto", "path", "virtual"),
)
AWS_REGION = Text("AWS_REGION", "the region of the bucket", example="eu-west-1")
AWS_ACCESS_KEY_ID = Secret("AWS_ACCESS_KEY_ID", "who we are for the bucket")
AWS_SECRET_ACCESS_KEY = Secret("AWS_SECRET_ACCESS_KEY", "the secret that goes with it")
AWS_SESSION_TOKEN = Secret("AWS_SESSION_TOKEN", "the token of temporary keys")
