import BulkModel
import Formats
import Planning

extension IngestIntake {
    /// Whole records wait that are in no chunk.
    var holdsRecords: Bool { verifier.isDone && splitter.recordCount >= checkpoint }

    /// The next chunk of at most so many records (unless one segment has more); nil while it can become fuller, unless
    /// `flushing`: then what is there. Nothing is given before all that was committed has come again.
    func chunk(recordsMax: Int, flushing: Bool) async throws -> IngestChunk? {
        guard let recipe else { return nil }
        try await verify(unchecked)
        unchecked = []
        guard verifier.isDone else { return nil }
        if flushing { splitter.flush(into: &segments) }
        passCommitted()
        let count = runLength(min(recordsMax, recipe.recordsMax), flushing: flushing)
        guard count > 0 else { return nil }
        let run = Array(segments[..<count])
        segments.removeFirst(count)
        return try bind(run, by: recipe)
    }

    /// Lets go of what is committed.
    func passCommitted() {
        let count = segments.prefix { $0.origin.record + $0.recordCount <= checkpoint }.count
        guard count > 0 else { return }
        held.drop(to: segments[count - 1].endByte)
        segments.removeFirst(count)
    }

    /// Segments of the next chunk; 0 while it can become fuller. A refused record stands alone.
    private func runLength(_ recordsMax: Int, flushing: Bool) -> Int {
        guard let first = segments.first else { return 0 }
        guard first.refusal == nil else { return 1 }
        var end = 1
        var records = first.recordCount
        while end < segments.count {
            let next = segments[end]
            guard next.refusal == nil, records + next.recordCount <= recordsMax,
                next.endByte - first.origin.byte <= limits.chunkBytesMax
            else { return end }
            records += next.recordCount
            end += 1
        }
        return flushing || records >= recordsMax || held.count >= limits.chunkBytesMax ? end : 0
    }

    private func bind(_ run: [Segment], by recipe: ChunkRecipe) throws -> IngestChunk {
        let first = run[0]
        held.drop(to: first.origin.byte)
        let leadSum = held.sum
        let marks = run.compactMap { self.mark($0) }
        let start = max(0, checkpoint - first.origin.record)
        let end = run[run.count - 1]
        let recordCount = end.origin.record + end.recordCount - first.origin.record
        checkpoint = first.origin.record + recordCount
        if let refusal = first.refusal {
            held.drop(to: first.endByte)
            let batch = recipe.refused(first, as: refusal)
            return IngestChunk(batch: batch, start: start, marks: marks, leadSum: leadSum, raw: nil)
        }
        let bytes = held.take(to: end.endByte)
        let raw = keepsRaw ? bytes : nil
        let batch = recipe.bind(bytes, from: first.origin)
        guard batch.recordCount == recordCount else {
            throw BooksError(
                "\(recordCount) records split at \(first.origin.record), \(batch.recordCount) decoded")
        }
        return IngestChunk(batch: batch, start: start, marks: marks, leadSum: leadSum, raw: raw)
    }

    /// The mark that ends with the segment; nil when nothing of it is new.
    private func mark(_ segment: Segment) -> Segment? {
        let end = Position(
            record: segment.origin.record + segment.recordCount, line: segment.origin.line,
            byte: segment.endByte)
        guard end.record > mark.record, end.byte > mark.byte else { return nil }
        defer { mark = end }
        return Segment(
            origin: Position(record: mark.record, line: segment.origin.line, byte: mark.byte),
            recordCount: end.record - mark.record, byteCount: end.byte - mark.byte,
            checksum: held.mark(to: end.byte))
    }
}

extension Segment {
    /// Offset of the byte behind it.
    var endByte: Int { origin.byte + byteCount }
}
