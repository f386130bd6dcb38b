/// Finds the addresses of a name.
package protocol NameResolver: Sendable {
    /// All of them, the preferred first; throws when there is none or it takes too long.
    func addresses(of name: String) async throws(ResolveFailure) -> [IPAddress]
}

/// Why a name has no address for us.
package enum ResolveFailure: Error, Hashable, Sendable {
    case unknownName
    case timeout
    /// Too many look-ups hang already.
    case busy
}
