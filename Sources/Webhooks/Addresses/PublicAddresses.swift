/// Which addresses belong to the public Internet; everything else is somebody's inside.
///
/// Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), RFC 5771 and 1112 (multicast, reserved). Forms
/// that carry an IPv4 address in an IPv6 one (mapped, compatible, translated, NAT64, 6to4, Teredo) are refused outright rather
/// than decoded.
enum PublicAddresses {
    /// True for addresses that anybody may be reached at.
    static func contains(_ address: IPAddress) -> Bool {
        switch address {
        case .v4: !refusedFour.contains { $0.contains(address) }
        // The mapped, translated and local forms all lie outside of what is allocated as global unicast.
        case .v6: global.contains { $0.contains(address) } && !refusedSix.contains { $0.contains(address) }
        }
    }

    private static let refusedFour = blocks([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // The platform address of a large provider, in public space and in no registry.
        "168.63.129.16",
    ])
    private static let global = blocks(["2000::/3"])
    private static let refusedSix = blocks(["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"])

    private static func blocks(_ texts: [String]) -> [AddressBlock] { texts.compactMap { AddressBlock($0) } }
}
