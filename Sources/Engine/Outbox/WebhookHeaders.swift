/// Which header lines a caller may have sent along with its webhooks.
package enum WebhookHeaders {
    /// Ours, or such that change what the message means (RFC 9110, 7.6.1; RFC 9112, 6).
    private static let refused: Set<String> = [
        "host", "connection", "transfer-encoding", "keep-alive", "te", "trailer", "upgrade", "expect",
    ]
    private static let refusedPrefixes = ["content-", "webhook-", "proxy-"]
    private static let tokenExtras = Array("!#$%&'*+-.^_`|~".utf8)

    /// Why the line cannot be sent, nil when it can.
    package static func fault(name: String, value: String, bytesMax: Int) -> String? {
        guard !name.isEmpty, name.utf8.allSatisfy(isToken) else { return "Is no header name." }
        let lowercased = name.lowercased()
        guard !refused.contains(lowercased), !refusedPrefixes.contains(where: lowercased.hasPrefix) else {
            return "Is a header that the server sets or that must not be set."
        }
        guard name.utf8.count + value.utf8.count <= bytesMax else {
            return "Must be at most \(bytesMax) bytes, name and value together."
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            return "The value must be without line ends and other control characters."
        }
        return nil
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || tokenExtras.contains(byte)
    }
}
