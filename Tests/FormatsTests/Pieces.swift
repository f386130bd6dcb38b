import BulkModel
import Formats

/// A generator whose every draw follows from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// Ways to cut an input into pieces: the verifier feeds a decoder each of them and wants the same result.
enum Pieces {
    static func whole(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }

    static func single(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }

    static func random(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [[UInt8]] {
        let sizeMax = [2, 5, 40, 1000].randomElement(using: &generator) ?? 5
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 0...sizeMax, using: &generator))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    /// Every way to cut in two: a mark, a CRLF or a pair of quotes then lies on the cut once.
    static func halves(_ bytes: [UInt8]) -> [[[UInt8]]] {
        (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    }

    /// All of these, with a few random ones.
    static func all(_ bytes: [UInt8], seed: UInt64) -> [[[UInt8]]] {
        var generator = SeededGenerator(seed: seed)
        var ways = [whole(bytes), single(bytes)]
        if bytes.count <= 300 { ways += halves(bytes) }
        for _ in 0..<4 { ways.append(random(bytes, &generator)) }
        return ways
    }
}
