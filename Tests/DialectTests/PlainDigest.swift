import Engine

/// A digest for tests: no cryptography, but as sensitive to every byte and its place.
struct PlainDigest: StreamDigest {
    private var hash: UInt64 = 14_695_981_039_346_656_037

    mutating func update(_ bytes: [UInt8]) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    }

    mutating func finalize() -> String { String(hash, radix: 16) }
}
