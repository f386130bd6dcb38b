package import BulkModel
package import Engine

/// How callers prove who they are (`auth` of the configuration file).
package enum AuthenticationMode: Sendable {
    /// Everybody who reaches the port is this caller; only for loopback, and refused elsewhere at the start.
    case open(Caller)
    /// API keys, and JWTs when rules for them are given.
    case credentials(keys: any SecretStore, jwt: JWTRules?)

    /// True for the mode that must not be reachable from other machines.
    package var isOpen: Bool {
        if case .open = self { true } else { false }
    }
}
