/// Signs what the server hands out and wants back unchanged: upload addresses, paging and progress tokens.
///
/// Each purpose has a key of its own, so that a signature made for one is worth nothing for another.
package protocol Signer: Sendable {
    /// Names the key in force; part of what is signed.
    func keyID(for purpose: SigningPurpose) -> String
    /// The signature of the bytes, base64url.
    func sign(_ bytes: [UInt8], for purpose: SigningPurpose) -> String
    /// True when the signature is that of the bytes; compared in constant time.
    func verify(_ signature: String, of bytes: [UInt8], for purpose: SigningPurpose, keyID: String) -> Bool
}

/// What a signature is for; the raw value goes into the derivation of its key and never changes.
package enum SigningPurpose: String, CaseIterable, Sendable {
    case upload, paging, progress
}
