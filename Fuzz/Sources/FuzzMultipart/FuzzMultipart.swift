import BulkModel
import Formats
import FuzzDriver

@main
enum FuzzMultipart {
    static func main() { FuzzDriver.run { fuzz($0, $1) } }
}

/// Takes the input apart whole and in pieces, which must come to the same: as a form whose boundary is `b`, or, if the first
/// byte is `j`, as a JSON object around records. The second byte says how large the pieces are.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count > 2 else { return 0 }
    let input = Array(bytes[2...])
    let pieceBytes = Int(bytes[1]) + 1
    var limits = Limits()
    limits.multipartHeaderBytesMax = 256
    limits.importOptionsBytesMax = 64
    limits.bulkRecordsMax = 5
    let read = bytes[0] == UInt8(ascii: "j") ? envelope : form
    let whole = read(input, input.count, limits)
    precondition(whole == read(input, pieceBytes, limits))
    return 0
}

/// What the form holds, a line each; of a faulty one where the fault is.
private func form(_ input: [UInt8], pieceBytes: Int, _ limits: Limits) -> [String] {
    var lines: [String] = []
    var content: [UInt8] = []
    do {
        let boundary = try MultipartBoundary(contentType: "multipart/form-data; boundary=b")
        var decoder = MultipartDecoder(boundary: boundary, limits: limits)
        for piece in pieces(of: input, pieceBytes) {
            decoder.take(piece)
            while let event = try decoder.next() {
                switch event {
                case .part(let part): lines.append("\(part)")
                case .bytes(let bytes): content += bytes
                case .partEnd:
                    lines.append("\(content)")
                    content = []
                case .end: lines.append("end")
                }
            }
        }
        try decoder.finish()
    } catch {
        lines.append("\(error)")
    }
    return lines
}

/// The same of records in a JSON object.
private func envelope(_ input: [UInt8], pieceBytes: Int, _ limits: Limits) -> [String] {
    var lines: [String] = []
    var records: [UInt8] = []
    var envelope = JSONEnvelope(
        names: JSONEnvelope.Names(records: ["r", "records"], others: ["options"]), limits: limits)
    do {
        for piece in pieces(of: input, pieceBytes) {
            envelope.take(piece)
            while let event = try envelope.next() {
                switch event {
                case .recordsBegin(let name): lines.append(name)
                case .bytes(let bytes): records += bytes
                case .recordsEnd: lines.append("\(records)")
                case .member(let member): lines.append("\(member)")
                case .end: lines.append("end")
                }
            }
        }
        try envelope.finish()
    } catch {
        lines.append("\(error)")
    }
    return lines
}

private func pieces(of input: [UInt8], _ pieceBytes: Int) -> [[UInt8]] {
    stride(from: 0, to: input.count, by: max(1, pieceBytes)).map {
        Array(input[$0..<min($0 + pieceBytes, input.count)])
    }
}
