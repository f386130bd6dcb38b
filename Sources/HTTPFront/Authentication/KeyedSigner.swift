import Crypto
package import Dialects

/// HMAC-SHA256 with a key for each purpose, derived from one root secret by HKDF (RFC 5869).
package struct KeyedSigner: Signer {
    private let keys: [SigningPurpose: (key: SymmetricKey, id: String)]

    /// `rootSecret`: at least 32 random bytes that stay the same over restarts.
    package init(rootSecret: [UInt8]) {
        let root = SymmetricKey(data: rootSecret)
        var keys: [SigningPurpose: (key: SymmetricKey, id: String)] = [:]
        for purpose in SigningPurpose.allCases {
            let name = "breakbulk v1 \(purpose.rawValue)"
            let id = Self.derive(root, "\(name) id", byteCount: 6).withUnsafeBytes { Base64URL.encode($0) }
            keys[purpose] = (Self.derive(root, name, byteCount: 32), id)
        }
        self.keys = keys
    }

    package func keyID(for purpose: SigningPurpose) -> String { keys[purpose]?.id ?? "" }

    package func sign(_ bytes: [UInt8], for purpose: SigningPurpose) -> String {
        guard let key = keys[purpose]?.key else { return "" }
        return Base64URL.encode(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }

    package func verify(
        _ signature: String, of bytes: [UInt8], for purpose: SigningPurpose, keyID: String
    ) -> Bool {
        guard let (key, id) = keys[purpose], id == keyID, let code = Base64URL.decode(signature) else {
            return false
        }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: key)
    }

    private static func derive(_ root: SymmetricKey, _ name: String, byteCount: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Array(name.utf8), outputByteCount: byteCount)
    }
}
