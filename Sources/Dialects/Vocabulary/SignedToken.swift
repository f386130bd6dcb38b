/// A paging token: opaque to the caller, signed, and bound to what it was made for.
///
/// `context` says whose list or which result the token walks through; it is signed but not in the token, so a token that
/// is carried elsewhere is refused like a forged one.
struct SignedToken {
    let signer: any Signer

    /// The token that carries `fields`.
    func make(_ fields: [String], context: [String]) -> String {
        let payload = Base64URL.encode(fields.joined(separator: "\n").utf8)
        let keyID = signer.keyID(for: .paging)
        return "\(payload).\(signer.sign(Self.text(payload, keyID, context), for: .paging))"
    }

    /// The fields the token carries; nil when it is not ours, or not for this context.
    func read(_ token: String, context: [String]) -> [String]? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Base64URL.decode(parts[0]) else { return nil }
        let keyID = signer.keyID(for: .paging)
        let text = Self.text(String(parts[0]), keyID, context)
        guard signer.verify(String(parts[1]), of: text, for: .paging, keyID: keyID) else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self)
        return fields.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func text(_ payload: String, _ keyID: String, _ context: [String]) -> [UInt8] {
        Array((["v1", keyID, payload] + context).joined(separator: "\n").utf8)
    }
}
