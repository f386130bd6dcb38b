/// One field: a span of its batch's bytes and how it came in. 8 bytes, trivially copied.
package struct Field: Hashable, Sendable {
    /// First byte within the batch's bytes.
    package var start: UInt32
    private var packed: UInt32

    /// Bytes; at most 2^28 - 1 (a record's limit is far below).
    package var length: UInt32 { packed & 0x0FFF_FFFF }
    package var kind: FieldKind { FieldKind(rawValue: UInt8(truncatingIfNeeded: packed >> 28)) ?? .absent }

    package init(start: UInt32, length: UInt32, kind: FieldKind) {
        self.start = start
        packed = (length & 0x0FFF_FFFF) | UInt32(kind.rawValue) << 28
    }

    /// A field that is not there.
    package static let absent = Field(start: 0, length: 0, kind: .absent)
}
