/// A running SHA-256; the composition root brings it, so that the engine needs no cryptography of its own.
package protocol StreamDigest {
    /// Adds bytes; called once a piece of some 64 KiB.
    mutating func update(_ bytes: [UInt8])

    /// Lower-case hex of the digest of all bytes so far.
    mutating func finalize() -> String
}
