import BulkModel

/// Which `Content-Type` an upload may have: the one its address was signed for, or one that says nothing.
enum UploadMediaType {
    /// Types that name the packing only, or that a client sends when it was told nothing (curl's `--data-binary`).
    private static let unspecific: Set<String> = [
        "application/x-www-form-urlencoded", "application/octet-stream", "binary/octet-stream",
        "application/gzip", "application/x-gzip", "text/plain",
    ]

    /// Names of UTF-8 and of its part that is called US-ASCII (RFC 2978, registry "Character Sets").
    private static let charsets: Set<String> = ["utf-8", "utf8", "us-ascii", "ascii"]

    /// UNSUPPORTED_MEDIA_TYPE when the header names another format than the address, or another encoding of text than UTF-8.
    static func check(_ header: String?, signed: String) throws(Refusal) {
        try checkCharset(header)
        let name = MediaType.name(in: header)
        if name.isEmpty || name == signed || unspecific.contains(name) { return }
        if let format = MediaType.format(named: name), MediaType.name(of: format) == signed { return }
        throw Refusal(
            .unsupportedMediaType,
            "The job takes \(signed), the upload says \(name); create the job with the content_type you send."
        )
    }

    private static func checkCharset(_ header: String?) throws(Refusal) {
        guard let charset = MediaType.parameter("charset", in: header),
            !charsets.contains(charset.lowercased())
        else { return }
        throw Refusal(
            .unsupportedMediaType, issue: "charset",
            "Records are read as UTF-8, the upload says \(charset); convert it first.")
    }

    /// What `Content-Encoding` adds to the job's own compression: nil leaves it to the job.
    static func compression(_ header: String?) throws(Refusal) -> Compression? {
        switch header?.lowercased().filter({ $0 != " " }) {
        case nil, "", "identity": return nil
        case "gzip", "x-gzip": return .gzip
        default:
            throw Refusal(
                .unsupportedMediaType, issue: "content_encoding",
                "Content-Encoding may be gzip or identity, once.")
        }
    }
}
