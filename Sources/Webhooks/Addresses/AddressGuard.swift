package import BulkModel
package import Engine

/// Decides which addresses are called: public ones, and what the operator has listed.
///
/// A name is judged by everything it resolves to, at every delivery anew, and then called at one of those very addresses:
/// a name that changes its mind in between gains nothing.
package struct AddressGuard: Sendable {
    private let allowed: [AllowedTarget]
    private let allowsHTTP: Bool
    private let own: Set<IPAddress>
    private let ownPort: Int
    private let urlBytesMax: Int

    /// Why nothing is sent there.
    package struct Refused: Error, Hashable, Sendable {
        package var message: String
        /// The spelling alone condemns it, so trying again is of no use.
        package var isFinal: Bool
    }

    /// `own` are the addresses that this server listens on, at `ownPort` (0: not known).
    package init(
        allowed: [AllowedTarget], allowsHTTP: Bool, own: Set<IPAddress> = [], ownPort: Int = 0,
        limits: Limits
    ) {
        self.allowed = allowed
        self.allowsHTTP = allowsHTTP
        self.own = own
        self.ownPort = ownPort
        urlBytesMax = limits.webhookURLBytesMax
    }

    /// The parts of an address that may be called as far as its spelling tells.
    package func read(_ text: String) throws(Refused) -> WebhookURL {
        let url: WebhookURL
        do {
            url = try WebhookURL(text, bytesMax: urlBytesMax)
        } catch {
            throw Refused(message: error.message, isFinal: true)
        }
        guard url.scheme == "https" || allowsHTTP else {
            throw Refused(message: "Must begin with https://; webhooks.allow_http is off.", isFinal: true)
        }
        if url.host.contains(":"), IPAddress(url.host) == nil {
            throw Refused(message: "The brackets hold no IPv6 address.", isFinal: true)
        }
        if let address = IPAddress(url.host) {
            guard permits(address, url) else { throw Refused(message: Self.inside, isFinal: true) }
            return url
        }
        let isLocal = url.host == "localhost" || url.host.hasSuffix(".localhost")
        guard Self.standardPorts.contains(url.port) && !isLocal || mayBeAllowed(url) else {
            throw Refused(message: Self.inside, isFinal: true)
        }
        return url
    }

    /// Throws unless every one of the addresses that the name resolves to may be called.
    package func check(_ addresses: [IPAddress], of url: WebhookURL) throws(Refused) {
        guard !addresses.isEmpty, addresses.allSatisfy({ permits($0, url) }) else {
            throw Refused(message: Self.inside, isFinal: false)
        }
    }

    private static let standardPorts: Set<Int> = [80, 443]
    /// Says nothing of what a name resolves to: that would be a map of somebody's network.
    private static let inside =
        "Is not called: only public addresses are, at ports 443 and 80, and what webhooks.allow lists."

    private func permits(_ address: IPAddress, _ url: WebhookURL) -> Bool {
        let covering = allowed.filter { $0.covers(address, host: url.host, port: url.port) }
        if url.port == ownPort, own.contains(address) { return covering.contains(where: \.namesPort) }
        guard covering.isEmpty else { return true }
        return Self.standardPorts.contains(url.port) && PublicAddresses.contains(address)
    }

    private func mayBeAllowed(_ url: WebhookURL) -> Bool {
        allowed.contains { $0.mayCover(host: url.host, port: url.port) }
    }
}
