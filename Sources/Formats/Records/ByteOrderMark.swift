import BulkModel

/// Looks at the first bytes of an input: drops a UTF-8 mark, refuses what is not UTF-8 at all.
enum ByteOrderMark {
    /// Bytes to drop (0 or 3), nil when more bytes are needed to say.
    static func length(
        _ base: UnsafePointer<UInt8>, _ count: Int, atEnd: Bool
    ) throws(FormatError) -> Int? {
        guard count > 0 else { return atEnd ? 0 : nil }
        let first = base[0]
        if first == zip[0] { return try plainUnlessZIP(base, count, atEnd: atEnd) }
        guard first == 0xEF || first == 0xFF || first == 0xFE || first == 0x1F || first == 0 else { return 0 }
        if count < 3, !atEnd { return nil }
        let second = count > 1 ? base[1] : 0
        if first == 0xEF { return count > 2 && second == 0xBB && base[2] == 0xBF ? 3 : 0 }
        let start = Position(record: 0, line: 1, byte: 0)
        if first == 0x1F, second == 0x8B {
            throw FormatError(
                .badEncoding,
                "The upload is gzip, and nothing says so; create the job with compression GZIP, or name the file .gz.",
                at: start)
        }
        let isUTF16 = (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF)
        if isUTF16 || (first == 0 && second == 0) {
            throw FormatError(
                .badEncoding, "The upload is UTF-16 or UTF-32; save the file as UTF-8.", at: start)
        }
        return 0
    }

    /// The first bytes of a ZIP file (APPNOTE 4.3.7), which office programs' own formats are.
    private static let zip: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    private static func plainUnlessZIP(
        _ base: UnsafePointer<UInt8>, _ count: Int, atEnd: Bool
    ) throws(FormatError) -> Int? {
        let known = min(count, zip.count)
        guard (0..<known).allSatisfy({ base[$0] == zip[$0] }) else { return 0 }
        guard known == zip.count else { return atEnd ? 0 : nil }
        throw FormatError(
            .badEncoding,
            "The upload is a ZIP file, as workbooks of office programs are; save the sheet as CSV in UTF-8.",
            at: Position(record: 0, line: 1, byte: 0))
    }
}
