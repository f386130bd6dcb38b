/// Takes the boundary out of a multipart body (RFC 2046, 5.1.1) as it streams by: each line break, `--` and boundary become
/// a line break and `--`.
struct BoundaryFilter: Sendable {
    private let mark: [UInt8]
    /// The beginning of what may become a mark. The first one needs no line break before it.
    private var held: [UInt8] = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]

    init(boundary: String) { mark = Array("\r\n--\(boundary)".utf8) }

    /// What of the bytes so far is sure to stay.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        let input = held + bytes
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var offset = 0
        while offset < input.count {
            guard input[offset] == mark[0] else {
                let end = input[offset...].firstIndex(of: mark[0]) ?? input.count
                output += input[offset..<end]
                offset = end
                continue
            }
            let rest = input[offset...].prefix(mark.count)
            guard rest.elementsEqual(mark.prefix(rest.count)) else {
                output.append(input[offset])
                offset += 1
                continue
            }
            guard rest.count == mark.count else { break }
            output += mark.prefix(4)
            offset += mark.count
        }
        held = Array(input[offset...])
        return output
    }

    /// What was held back when the body ended.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }
}
