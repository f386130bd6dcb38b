import BulkModel
import Testing

@testable import Formats

/// What one record came to, in a form that tests can compare.
struct ReadRecord: Hashable, CustomStringConvertible {
    var position: Position
    var fields: [String]
    var fault: Fault?

    var description: String {
        "#\(position.record) line \(position.line) byte \(position.byte) \(fields)"
            + (fault.map {
                " \($0.code.rawValue) \($0.issue ?? "-") at \($0.position.byte) in \($0.column ?? "-")"
            } ?? "")
    }
}

/// What a whole input came to.
struct Reading: Hashable {
    var columns: [String] = []
    var records: [ReadRecord] = []
    var error: FormatError?
}

/// Reads inputs the way the engine does: pieces to the splitter, runs of segments to the decoder.
enum Reader {
    /// Reads `pieces`; chunks are runs of `chunkSegments` segments; JSON keys are picked into `columns`.
    static func read(
        _ pieces: [[UInt8]], format: ContentFormat = .csv, delimiter: UInt8? = nil, limits: Limits = Limits(),
        segmentRecordsMax: Int = 3, chunkSegments: Int = 1, columns: [String] = ["a", "b", "c"]
    ) -> Reading {
        var splitter = RecordSplitter(
            format: format, delimiter: delimiter, limits: limits, segmentRecordsMax: segmentRecordsMax)
        var segments: [Segment] = []
        var reading = Reading()
        do {
            for piece in pieces { try splitter.feed(piece, into: &segments) }
            try splitter.finish(into: &segments)
        } catch {
            reading.error = error
            return reading
        }
        guard var shape = splitter.shape else { return reading }
        if format != .csv { shape.columns = columns }
        reading.columns = shape.columns
        let bytes = pieces.flatMap { $0 }
        check(segments, bytes, recordCount: splitter.recordCount, limits, segmentRecordsMax)
        let decoder = RecordDecoder(shape: shape, limits: limits)
        var run: [Segment] = []
        for segment in segments {
            if segment.refusal != nil || run.count == chunkSegments { flush(&run, bytes, decoder, &reading) }
            guard segment.refusal != nil else {
                run.append(segment)
                continue
            }
            let fault = RecordFaults.tooLarge(limits, at: segment.origin)
            reading.records.append(ReadRecord(position: segment.origin, fields: [], fault: fault))
        }
        flush(&run, bytes, decoder, &reading)
        return reading
    }

    static func read(
        _ text: String, format: ContentFormat = .csv, limits: Limits = Limits(),
        columns: [String] = ["a", "b", "c"]
    ) -> Reading {
        read([Array(text.utf8)], format: format, limits: limits, columns: columns)
    }

    /// A field as text: `-` absent, `'…'` quoted or a string, `<…>` raw, else as it stands.
    static func text(_ field: Field, of bytes: [UInt8]) -> String {
        let span = bytes[Int(field.start)..<Int(field.start) + Int(field.length)]
        let text = String(decoding: span, as: UTF8.self)
        return switch field.kind {
        case .absent: "-"
        case .quoted, .string: "'\(text)'"
        case .raw: "<\(text)>"
        case .bare, .number, .true, .false, .null: text
        }
    }

    private static func flush(
        _ run: inout [Segment], _ bytes: [UInt8], _ decoder: RecordDecoder, _ reading: inout Reading
    ) {
        guard let first = run.first, let last = run.last else { return }
        let batch = decoder.decode(
            Array(bytes[first.origin.byte..<last.origin.byte + last.byteCount]), from: first.origin)
        #expect(batch.recordCount == run.reduce(0) { $0 + $1.recordCount })
        #expect(batch.fields.count == batch.recordCount * batch.columnCount)
        #expect(batch.faults.map(\.index) == Set(batch.faults.map(\.index)).sorted())
        let faults = Dictionary(uniqueKeysWithValues: batch.faults.map { ($0.index, $0.fault) })
        for index in 0..<batch.recordCount {
            let row = batch.fields[index * batch.columnCount..<(index + 1) * batch.columnCount]
            reading.records.append(
                ReadRecord(
                    position: batch.position(of: index), fields: row.map { text($0, of: batch.bytes) },
                    fault: faults[index]))
        }
        run = []
    }

    /// Segments touch, add up, keep their bounds, and their sums are those of their bytes.
    private static func check(
        _ segments: [Segment], _ bytes: [UInt8], recordCount: Int, _ limits: Limits, _ segmentRecordsMax: Int
    ) {
        var next = segments.first?.origin ?? Position(record: 1, line: 1, byte: bytes.count)
        for segment in segments {
            #expect(segment.origin.record == next.record)
            #expect(segment.origin.byte == next.byte)
            #expect(segment.recordCount <= segmentRecordsMax)
            #expect(segment.byteCount > 0)
            let end = segment.origin.byte + segment.byteCount
            guard end <= bytes.count else {
                Issue.record("a segment ends behind the input")
                return
            }
            #expect(segment.checksum == Checksum.crc32(Array(bytes[segment.origin.byte..<end])))
            next.record += segment.recordCount
            next.byte = end
        }
        #expect(next.byte == bytes.count)
        #expect(next.record == recordCount + 1)
    }

    /// The verifier: whole, byte by byte and at every cut, in segments and chunks of any size, the result is
    /// the same.
    static func verify(
        _ bytes: [UInt8], format: ContentFormat = .csv, limits: Limits = Limits(), seed: UInt64 = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Reading {
        let expected = read(
            [bytes], format: format, limits: limits, segmentRecordsMax: 1000, chunkSegments: 1000)
        for pieces in Pieces.all(bytes, seed: seed) {
            let reading = read(pieces, format: format, limits: limits)
            #expect(reading == expected, "cut as \(pieces.map(\.count))", sourceLocation: sourceLocation)
        }
        var narrow = limits
        narrow.segmentBytesMax = 7
        for (records, chunk) in [(1, 1), (2, 1), (1, 2), (3, 5), (1000, 2)] {
            let reading = read(
                [bytes], format: format, limits: narrow, segmentRecordsMax: records, chunkSegments: chunk)
            #expect(
                reading == expected, "segments of \(records), chunks of \(chunk)",
                sourceLocation: sourceLocation)
        }
        return expected
    }
}
