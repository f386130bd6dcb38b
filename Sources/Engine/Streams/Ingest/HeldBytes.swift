import BulkModel
import Formats

/// The bytes of a body that are in no chunk yet, and the sum of those that are in no mark yet, held or gone.
struct HeldBytes: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Offset of the first byte held.
    private(set) var start = 0
    /// Bytes from here on are in no mark.
    private var markedTo = 0
    /// Bytes before this one are in `sum`.
    private var summedTo = 0
    /// CRC-32 of the bytes from `markedTo` to `summedTo`.
    private(set) var sum: UInt32 = 0

    var count: Int { bytes.count }

    /// Takes the bytes before `offset` as marked already.
    mutating func beginMarks(at offset: Int) { (markedTo, summedTo, sum) = (offset, offset, 0) }

    mutating func append(_ piece: [UInt8]) { bytes.append(contentsOf: piece) }

    /// Lets go of the bytes before `end`; they stay in the sum.
    mutating func drop(to end: Int) {
        guard end > start else { return }
        add(to: end)
        bytes.removeFirst(min(bytes.count, end - start))
        start = end
    }

    /// Ends a mark before `end`, of which no byte from the mark's beginning on has been let go unsummed; gives its sum.
    mutating func mark(to end: Int) -> UInt32 {
        add(to: end)
        defer { (markedTo, sum) = (end, 0) }
        return sum
    }

    /// Hands out the bytes before `end` and lets go of them; they must be in the sum.
    mutating func take(to end: Int) -> [UInt8] {
        let count = min(bytes.count, end - start)
        start = end
        var taken: [UInt8] = []
        guard count < bytes.count else {
            swap(&taken, &bytes)
            return taken
        }
        taken = Array(bytes[..<count])
        bytes.removeFirst(count)
        return taken
    }

    /// Boundary: the bytes are lent to the sum for one call; the range lies within them.
    private mutating func add(to end: Int) {
        guard end > summedTo, summedTo >= start else { return }
        let range = summedTo - start..<min(bytes.count, end - start)
        sum = bytes.withUnsafeBytes { Checksum.crc32(UnsafeRawBufferPointer(rebasing: $0[range]), seed: sum) }
        summedTo = end
    }
}
