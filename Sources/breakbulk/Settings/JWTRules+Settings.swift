import HTTPFront

extension JWTRules {
    /// RFC 7518, section 3.2: "A key of the same size as the hash output […] or larger MUST be used".
    private static let secretBytesMin = 32

    /// From `auth.jwt`: exactly one of `secret`, `public_key` (PEM, or the path of a PEM file) and `jwks_file`.
    init(_ node: SettingsNode) throws(SettingsError) {
        let section = try node.section(["secret", "public_key", "jwks_file", "issuer", "audience"])
        let keys = ["secret", "public_key", "jwks_file"].compactMap { section[$0] == nil ? nil : $0 }
        guard keys.count == 1, let name = keys.first, let value = section[name] else {
            throw node.wrong("needs exactly one of `secret`, `public_key` and `jwks_file`")
        }
        self.init(
            key: try Self.key(name, value), issuer: try section["issuer"]?.text(),
            audience: try section["audience"]?.text())
    }

    private static func key(_ name: String, _ node: SettingsNode) throws(SettingsError) -> Key {
        let text = try node.text()
        switch name {
        case "secret":
            guard text.utf8.count >= secretBytesMin else {
                throw SettingsError(
                    .outOfRange, at: node.place, "`\(node.path)` must have at least \(secretBytesMin) bytes.")
            }
            return .secret(text)
        case "public_key":
            return .publicKey(pem: text.contains("-----BEGIN") ? text : try Settings.text(of: text))
        default: return .keySet(json: try Settings.text(of: text))
        }
    }
}
