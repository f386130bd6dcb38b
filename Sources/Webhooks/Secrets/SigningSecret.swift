/// A key that deliveries are signed with (Standard Webhooks 1.0.0, "Signature scheme").
package struct SigningSecret: Hashable, Sendable {
    /// What receivers configure: `whsec_` and base64, or the caller's own words.
    package let text: String
    let key: [UInt8]

    static let prefix = "whsec_"
    /// Bytes of a key, as the standard wants them.
    private static let keyBytes = 24...64
    private static let textBytesMax = 256
    private static let freshBytes = 32

    /// From `whsec_…`, or (`anyText`) from any text, which then is the key itself; nil for anything else.
    package init?(_ text: String, anyText: Bool = false) {
        if text.hasPrefix(Self.prefix) {
            let key = Base64.decode(text.dropFirst(Self.prefix.count))
            guard let key, Self.keyBytes.contains(key.count) else { return nil }
            self.key = key
        } else {
            guard anyText, (1...Self.textBytesMax).contains(text.utf8.count) else { return nil }
            key = Array(text.utf8)
        }
        self.text = text
    }

    private init(key: [UInt8]) {
        self.key = key
        text = Self.prefix + Base64.encode(key)
    }

    /// A new one; `random` gives that many unguessable bytes.
    package static func fresh(random: (Int) -> [UInt8]) -> SigningSecret {
        SigningSecret(key: random(freshBytes))
    }
}
