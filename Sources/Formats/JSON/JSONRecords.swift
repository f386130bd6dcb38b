import BulkModel

/// Decodes a run of JSON segments: records by the format's boundary rule, keys into columns.
///
/// Unsafe: `base ..< base + count` is the batch's own buffer, held exclusively while this value lives.
struct JSONRecords {
    let base: UnsafeMutablePointer<UInt8>
    let count: Int
    let limits: Limits
    let keys: JSONKeys

    /// Bytes of an unknown key that its fault shows; the rest is cut, so that a fault stays small.
    private static let shownNameBytesMax = 120

    func decode<Rule: RecordBoundary>(by rule: inout Rule, into batch: inout BatchBuilder) {
        let isClean = UTF8Check.firstBad(base, 0, count) == nil
        var offset = 0
        while offset < count {
            guard let extent = rule.next(base, from: offset, to: count, atEnd: true) else { return }
            switch extent.kind {
            case .blank: batch.passLines(extent.lineCount)
            case .tooLarge: offset = skipTooLarge(at: offset, by: &rule, into: &batch)
            case .plain, .quoted, .unclosed, .trailing:
                decode(from: offset, extent, isClean: isClean, into: &batch)
            }
            offset = max(offset, extent.end)
        }
    }

    private func decode(
        from start: Int, _ extent: RecordExtent, isClean: Bool, into batch: inout BatchBuilder
    ) {
        var end = extent.contentEnd
        while end > start, ASCII.isJSONSpace(base[end - 1]) { end -= 1 }
        batch.clearRow(from: 0)
        let bad = isClean ? nil : UTF8Check.firstBad(base, start, end)
        var record = JSONRecord(
            cursor: JSONCursor(base: base, offset: start, end: end), row: batch.row, keys: keys,
            depthMax: limits.jsonDepthMax)
        do throws(JSONSyntaxError) {
            if extent.kind == .trailing { throw JSONSyntaxError(.badSyntax, at: start) }
            try record.read()
            if let bad {
                fail(JSONSyntaxError(.invalidUTF8, at: bad), column: column(of: bad, in: batch), into: &batch)
            } else if let unknown = record.unknownKey {
                let name = shownName(unknown)
                batch.fail(
                    Fault(
                        .unknownColumn, at: batch.position(at: unknown.start - 1), column: name,
                        message: "The table has no column \"\(name)\"; remove the key or correct it."))
            }
        } catch {
            if let bad, bad < error.offset {
                fail(JSONSyntaxError(.invalidUTF8, at: bad), column: record.column, into: &batch)
            } else {
                fail(error, column: record.column, into: &batch)
            }
        }
        batch.endRecord(start: start, length: end - start, lineCount: extent.lineCount)
    }

    /// The name of an unknown key, cut between two characters when it is long.
    private func shownName(_ key: JSONCursor.Span) -> String {
        var end = key.start + min(key.count, Self.shownNameBytesMax)
        // Bytes 10xxxxxx continue a character (RFC 3629, 3).
        while end < key.start + key.count, end > key.start, base[end] & 0xC0 == 0x80 { end -= 1 }
        return String(
            decoding: UnsafeBufferPointer(start: base + key.start, count: end - key.start), as: UTF8.self)
    }

    /// The column whose field holds the byte at `offset`, nil for keys and what lies between.
    private func column(of offset: Int, in batch: borrowing BatchBuilder) -> Int? {
        for index in 0..<batch.columnCount where batch.row[index].kind != .absent {
            let start = Int(batch.row[index].start)
            if offset >= start, offset < start + Int(batch.row[index].length) { return index }
        }
        return nil
    }

    private func fail(_ error: JSONSyntaxError, column: Int?, into batch: inout BatchBuilder) {
        let name = column.map { batch.columns[$0] }
        var message = error.issue.message
        if let name { message += " It is in \"\(name)\"." }
        batch.fail(
            Fault(
                .malformedRecord, issue: error.issue.rawValue, at: batch.position(at: error.offset),
                column: name, message: message))
    }

    /// The splitter keeps such records away from here; a damaged file may still bring one.
    private func skipTooLarge<Rule: RecordBoundary>(
        at start: Int, by rule: inout Rule, into batch: inout BatchBuilder
    ) -> Int {
        let step = rule.skip(base, from: start, to: count, atEnd: true)
        batch.clearRow(from: 0)
        batch.fail(RecordFaults.tooLarge(limits, at: batch.position(at: start)))
        batch.endRecord(start: start, length: step.end - start, lineCount: step.lineCount)
        return step.end
    }
}
