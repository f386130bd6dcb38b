/// The base URL of a server, ending in `/v1`.
struct ServerAddress: Hashable, Sendable {
    let base: String

    /// What a server started without further ado listens on.
    static let standard = "http://127.0.0.1:8080"

    /// Takes the URL with and without a slash or `/v1` at its end, as people paste both.
    init(_ text: String) throws(CommandFailure) {
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw CommandFailure(
                .usage, "The server's address must begin with http:// or https:// (given: \(text)).")
        }
        var trimmed = Substring(text)
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        base = trimmed.hasSuffix("/v1") ? String(trimmed) : "\(trimmed)/v1"
    }

    /// The address as it was meant to be typed: without `/v1`.
    var typed: String { String(base.dropLast(3)) }
}
