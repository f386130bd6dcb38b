import BulkModel
import Formats
import FuzzDriver

@main
enum FuzzRecords {
    static func main() { FuzzDriver.run { fuzz($0, $1) } }
}

/// Splits and decodes the input whole and in pieces, which must come to the same. The first byte says the format (`j`,
/// `n`, else CSV), the second one how large the pieces are.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count > 2 else { return 0 }
    let input = Array(bytes[2...])
    let format = format(of: bytes[0])
    let pieceBytes = Int(bytes[1]) + 1
    var limits = Limits()
    limits.recordBytesMax = 64
    let whole = records(of: input, format, pieceBytes: input.count, segmentRecordsMax: 1000, limits)
    precondition(whole == records(of: input, format, pieceBytes: pieceBytes, segmentRecordsMax: 2, limits))
    return 0
}

private func format(of byte: UInt8) -> ContentFormat {
    switch byte {
    case UInt8(ascii: "j"): .json
    case UInt8(ascii: "n"): .ndjson
    default: .csv
    }
}

private func records(
    of input: [UInt8], _ format: ContentFormat, pieceBytes: Int, segmentRecordsMax: Int, _ limits: Limits
) -> [Position]? {
    var splitter = RecordSplitter(
        format: format, delimiter: nil, limits: limits, segmentRecordsMax: segmentRecordsMax)
    var segments: [Segment] = []
    do {
        for start in stride(from: 0, to: input.count, by: pieceBytes) {
            try splitter.feed(Array(input[start..<min(start + pieceBytes, input.count)]), into: &segments)
        }
        try splitter.finish(into: &segments)
    } catch {
        return nil
    }
    guard let shape = splitter.shape else { return nil }
    let decoder = RecordDecoder(shape: shape, limits: limits)
    var positions: [Position] = []
    for segment in segments {
        guard segment.refusal == nil else {
            positions.append(segment.origin)
            continue
        }
        let range = segment.origin.byte..<segment.origin.byte + segment.byteCount
        let batch = decoder.decode(Array(input[range]), from: segment.origin)
        precondition(batch.recordCount == segment.recordCount)
        positions += (0..<batch.recordCount).map { batch.position(of: $0) }
    }
    return positions
}
