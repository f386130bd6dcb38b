import HTTPFront

/// Where to listen: `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`.
struct ListenAddress: Hashable, Sendable {
    /// Without brackets.
    var host: String
    /// 0 lets the system choose.
    var port: Int

    static let standard = ListenAddress(host: "127.0.0.1", port: 8080)

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Nil when host or port is missing or wrong.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            // Without brackets nobody can tell where an IPv6 address ends.
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    /// True when only this machine reaches it.
    var isLoopback: Bool { LoopbackAddress.contains(host: host) }
}
