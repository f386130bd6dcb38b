import Dialects

/// A signer for tests: no secret, but as sensitive to every byte, purpose and key as a real one.
struct PlainSigner: Signer {
    var id = "k1"

    func keyID(for purpose: SigningPurpose) -> String { id }

    func sign(_ bytes: [UInt8], for purpose: SigningPurpose) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in Array("\(purpose.rawValue)|\(id)|".utf8) + bytes {
            hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
        return String(hash, radix: 36)
    }

    func verify(_ signature: String, of bytes: [UInt8], for purpose: SigningPurpose, keyID: String) -> Bool {
        keyID == id && sign(bytes, for: purpose) == signature
    }
}
