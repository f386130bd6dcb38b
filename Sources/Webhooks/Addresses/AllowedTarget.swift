import Engine

/// One entry of the operator's list of private receivers: `hooks.internal`, `hooks.internal:9000`, `10.1.2.3`,
/// `[fd00::1]:9000` or `10.0.0.0/8`.
///
/// An entry without a port allows every port: who lists a host trusts it.
package struct AllowedTarget: Hashable, Sendable {
    private enum Place: Hashable, Sendable {
        case name(String)
        case block(AddressBlock)
    }

    private let place: Place
    private let port: Int?

    /// Nil for what is none of these.
    package init?(_ text: String) {
        if let block = AddressBlock(text) {
            (place, port) = (.block(block), nil)
            return
        }
        let isBare = !text.contains("/") && !text.contains("?")
        // What follows reads an address of the web; the scheme's own port is told apart from none by trying both.
        guard isBare, let secure = Self.read("https", text), let plain = Self.read("http", text) else {
            return nil
        }
        port = secure.port == plain.port ? secure.port : nil
        if let block = AddressBlock(secure.host) {
            place = .block(block)
        } else {
            place = .name(secure.host)
        }
    }

    private static func read(_ scheme: String, _ text: String) -> WebhookURL? {
        do {
            return try WebhookURL("\(scheme)://\(text)", bytesMax: 300)
        } catch {
            return nil
        }
    }

    /// True when the entry names this address, or the name that resolved to it.
    func covers(_ address: IPAddress, host: String, port: Int) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        switch place {
        case .name(let name): return name == host
        case .block(let block): return block.contains(address)
        }
    }

    /// True when the entry names the port and nothing but it: only so this server's own address can be allowed.
    var namesPort: Bool { port != nil }

    /// True unless it is known already that the entry cannot cover the name, whatever it resolves to.
    func mayCover(host: String, port: Int) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        if case .name(let name) = place { return name == host }
        return true
    }
}
