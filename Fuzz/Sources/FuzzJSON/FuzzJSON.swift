import BulkModel
import Formats
import FuzzDriver

@main
enum FuzzJSON {
    static func main() { FuzzDriver.run { fuzz($0, $1) } }
}

/// Splits and decodes the input whole and in pieces (the first byte says how large), which must come to the
/// same.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let pieceBytes = Int(input.first ?? 0) + 1
    var limits = Limits()
    limits.recordBytesMax = 64
    let whole = records(of: input, pieceBytes: max(1, count), segmentRecordsMax: 1000, limits)
    precondition(whole == records(of: input, pieceBytes: pieceBytes, segmentRecordsMax: 2, limits))
    return 0
}

private func records(
    of input: [UInt8], pieceBytes: Int, segmentRecordsMax: Int, _ limits: Limits
) -> [Position]? {
    var splitter = RecordSplitter(
        format: .json, delimiter: nil, limits: limits, segmentRecordsMax: segmentRecordsMax)
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
