import BulkModel

/// Decodes a run of CSV segments: records by `CSVBoundary`, cells by `CSVCells`.
///
/// Unsafe: `base ..< base + count` is the batch's own buffer, held exclusively while this value lives.
struct CSVDecoder {
    let base: UnsafeMutablePointer<UInt8>
    let count: Int
    let shape: InputShape
    let limits: Limits

    func decode(into batch: inout BatchBuilder) {
        let bytes = UnsafePointer(base)
        // Looked at once for all; only when something is wrong are the records searched one by one.
        let isClean =
            ByteScan.first(0, bytes, 0, count) == count && UTF8Check.firstBad(bytes, 0, count) == nil
        var rule = CSVBoundary(
            delimiter: shape.delimiter, endsLinesWithCR: shape.endsLinesWithCR,
            recordBytesMax: limits.recordBytesMax)
        var offset = 0
        while offset < count {
            guard let extent = rule.next(bytes, from: offset, to: count, atEnd: true) else { return }
            switch extent.kind {
            case .blank: batch.passLines(extent.lineCount)
            case .tooLarge: offset = skipTooLarge(at: offset, by: &rule, into: &batch)
            case .plain where isClean: decodePlain(offset, extent, into: &batch)
            case .plain, .quoted, .unclosed, .trailing:
                decodeCarefully(offset, extent, isClean: isClean, into: &batch)
            }
            offset = max(offset, extent.end)
        }
    }

    /// The common case: no quotes, no bad bytes.
    @inline(__always)
    private func decodePlain(_ start: Int, _ extent: RecordExtent, into batch: inout BatchBuilder) {
        let cells = CSVCells.splitPlain(
            base, from: start, to: extent.contentEnd, readable: count, delimiter: shape.delimiter,
            into: batch.row, columnCount: batch.columnCount)
        if cells.count != batch.columnCount {
            judgeWidth(cells, start: start, into: &batch)
            if cells.count > batch.columnCount { keepLine(start, extent.contentEnd, into: &batch) }
        }
        batch.endRecord(start: start, length: extent.contentEnd - start, lineCount: extent.lineCount)
    }

    private func decodeCarefully(
        _ start: Int, _ extent: RecordExtent, isClean: Bool, into batch: inout BatchBuilder
    ) {
        let end = extent.contentEnd
        let fault = isClean ? nil : byteFault(start, end, in: batch)
        let cells = CSVCells.split(
            base, from: start, to: end, delimiter: shape.delimiter, into: batch.row,
            columnCount: batch.columnCount)
        if let bad = cells.badQuote {
            keepLine(start, end, into: &batch)
            let quoteFault = CSVFaults.quotes(
                isUnclosed: extent.kind == .unclosed, cell: bad.cell, columns: batch.columns,
                at: batch.position(at: bad.offset))
            batch.fail(fault ?? quoteFault)
        } else {
            if let fault {
                batch.fail(fault)
                batch.clearRow(from: cells.count)
            } else if cells.count != batch.columnCount {
                judgeWidth(cells, start: start, into: &batch)
            }
            if cells.count > batch.columnCount {
                keepLine(start, end, into: &batch)
            } else if cells.hasDoubledQuotes {
                CSVCells.unescape(base, batch.row, columnCount: cells.count)
            }
        }
        batch.endRecord(start: start, length: end - start, lineCount: extent.lineCount)
    }

    /// The cells that a row has no room for would be lost: so the line stands in the first one, as it came.
    private func keepLine(_ start: Int, _ end: Int, into batch: inout BatchBuilder) {
        batch.clearRow(from: 0)
        batch.row[0] = Field(start: UInt32(start), length: UInt32(end - start), kind: .bare)
    }

    private func judgeWidth(_ cells: CSVCells.Count, start: Int, into batch: inout BatchBuilder) {
        batch.clearRow(from: cells.count)
        batch.fail(
            CSVFaults.width(
                cells.count, columns: batch.columns,
                at: batch.position(at: cells.count > batch.columnCount ? cells.firstExtra : start)))
    }

    /// The first bad byte of the record at `start`, if it has one.
    private func byteFault(_ start: Int, _ end: Int, in batch: borrowing BatchBuilder) -> Fault? {
        let nul = ByteScan.first(0, base, start, end)
        let bad = UTF8Check.firstBad(base, start, end) ?? end
        let offset = min(nul, bad)
        guard offset < end else { return nil }
        let cell = CSVCells.index(of: offset, base, from: start, delimiter: shape.delimiter)
        return CSVFaults.byte(
            isNUL: nul == offset, cell: cell, columns: batch.columns, at: batch.position(at: offset))
    }

    /// The splitter keeps such records away from here; a damaged file may still bring one.
    private func skipTooLarge(
        at start: Int, by rule: inout CSVBoundary, into batch: inout BatchBuilder
    ) -> Int {
        let step = rule.skip(base, from: start, to: count, atEnd: true)
        batch.clearRow(from: 0)
        batch.fail(RecordFaults.tooLarge(limits, at: batch.position(at: start)))
        batch.endRecord(start: start, length: step.end - start, lineCount: step.lineCount)
        return step.end
    }
}
