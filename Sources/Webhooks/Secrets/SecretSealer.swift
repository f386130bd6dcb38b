import Crypto

/// Makes secrets unreadable for whoever has the database but not this: AES-256-GCM under a key that HKDF (RFC 5869) derives
/// from the server's root secret.
package struct SecretSealer: Sendable {
    private let key: SymmetricKey

    private static let purpose = Array("breakbulk v1 webhook secrets".utf8)

    /// `rootSecret`: at least 32 random bytes that stay the same over restarts.
    package init(rootSecret: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: rootSecret), info: Self.purpose, outputByteCount: 32)
    }

    /// Nonce, ciphertext and tag; `place` says what it is kept for and must be the same when it is opened.
    package func seal(_ secret: [UInt8], for place: String) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(secret, using: key, authenticating: Array(place.utf8))
            return box.nonce + Array(box.ciphertext) + Array(box.tag)
        } catch {
            // Only a key of a wrong length fails, and it is derived with the right one.
            preconditionFailure("AES-GCM refuses its key")
        }
    }

    /// Nil when it was altered, or sealed with another root secret or for another place.
    package func open(_ sealed: [UInt8], for place: String) -> [UInt8]? {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return Array(try AES.GCM.open(box, using: key, authenticating: Array(place.utf8)))
        } catch {
            return nil
        }
    }
}
