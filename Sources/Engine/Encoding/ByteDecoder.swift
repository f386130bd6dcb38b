/// Reads what `ByteEncoder` wrote; damaged input throws `unusable`, whatever its bytes are.
package struct ByteDecoder {
    private let bytes: [UInt8]
    private var next = 0

    /// Begins at the first byte.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// True once every byte was read.
    package var isAtEnd: Bool { next == bytes.count }

    /// What `ByteEncoder.unsigned` wrote.
    package mutating func unsigned() throws(StoreError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while next < bytes.count, shift < 64 {
            let byte = bytes[next]
            next += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw Self.damaged
    }

    /// A count or offset.
    package mutating func count() throws(StoreError) -> Int {
        guard let number = Int(exactly: try unsigned()) else { throw Self.damaged }
        return number
    }

    /// What `ByteEncoder.signed` wrote.
    package mutating func signed() throws(StoreError) -> Int64 {
        let number = try unsigned()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// What `ByteEncoder.text` wrote.
    package mutating func text() throws(StoreError) -> String {
        let length = try count()
        guard length <= bytes.count - next else { throw Self.damaged }
        defer { next += length }
        return String(decoding: bytes[next..<next + length], as: UTF8.self)
    }

    /// What `ByteEncoder.texts` wrote.
    package mutating func texts() throws(StoreError) -> [String] {
        let count = try count()
        guard count <= bytes.count - next else { throw Self.damaged }
        var texts: [String] = []
        texts.reserveCapacity(count)
        for _ in 0..<count { texts.append(try text()) }
        return texts
    }

    /// What damaged bytes throw.
    package static let damaged = StoreError(
        .unusable, "a stored receipt or list cannot be decoded; the database is damaged")
}
