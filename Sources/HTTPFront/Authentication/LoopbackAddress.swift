/// Addresses that only this machine reaches.
package enum LoopbackAddress {
    /// True for `localhost`, 127.0.0.0/8 and `::1`, in brackets or not.
    package static func contains(host: some StringProtocol) -> Bool {
        let name = host.lowercased().filter { $0 != "[" && $0 != "]" }
        if name == "localhost" || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The host of a `Host` header or origin, without the port.
    static func host(of authority: some StringProtocol) -> String {
        if authority.hasPrefix("[") { return authority.prefix { $0 != "]" } + "]" }
        return String(authority.prefix { $0 != ":" })
    }
}
