"""The tests that Swift refuses; docs/storage.md has the same table with its answers."""

REFUSED = {
    "test_s3_urls::test_an_edited_url_opens_nothing[<lambda>4]",
    "test_s3_urls::test_it_is_for_reading_only[POST]",
    "test_upload_s3::test_from_the_browser_to_the_player",
}
