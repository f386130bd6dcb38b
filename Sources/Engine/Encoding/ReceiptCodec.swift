import BulkModel

/// Receipts as bytes: a varint a run of actions, and generated keys as runs of equal steps.
///
/// A million consecutive generated ids are a few bytes, which is what keeps a receipt from costing what its
/// rows cost.
package enum ReceiptCodec {
    /// A varint a run: count and action.
    package static func encode(_ actions: ActionRuns) -> [UInt8] {
        var encoder = ByteEncoder()
        for run in actions.runs { encoder.unsigned(UInt64(run.count) << 3 | UInt64(run.action.rawValue)) }
        return encoder.bytes
    }

    /// Throws `unusable` when the bytes are damaged.
    package static func actions(_ bytes: [UInt8]) throws(StoreError) -> ActionRuns {
        var decoder = ByteDecoder(bytes)
        var actions = ActionRuns()
        while !decoder.isAtEnd {
            let packed = try decoder.unsigned()
            guard let action = RecordAction(rawValue: UInt8(packed & 7)), packed >> 3 > 0 else {
                throw ByteDecoder.damaged
            }
            actions.append(action, count: Int(packed >> 3))
        }
        return actions
    }

    /// Runs of equal steps for numbers, plain texts else.
    package static func encode(_ keys: GeneratedKeys) -> [UInt8] {
        var encoder = ByteEncoder()
        switch keys {
        case .none: break
        case .integers(let numbers):
            encoder.count(1)
            encode(numbers, into: &encoder)
        case .texts(let texts):
            encoder.count(2)
            encoder.texts(texts)
        }
        return encoder.bytes
    }

    /// Throws `unusable` when the bytes are damaged.
    package static func keys(_ bytes: [UInt8]) throws(StoreError) -> GeneratedKeys {
        guard !bytes.isEmpty else { return .none }
        var decoder = ByteDecoder(bytes)
        switch try decoder.count() {
        case 1: return .integers(try integers(&decoder))
        case 2: return .texts(try decoder.texts())
        default: throw ByteDecoder.damaged
        }
    }

    private static func encode(_ numbers: [Int64], into encoder: inout ByteEncoder) {
        var last: Int64 = 0
        var index = 0
        while index < numbers.count {
            let step = numbers[index] &- last
            var repeats = 0
            while index < numbers.count, numbers[index] &- last == step {
                last = numbers[index]
                repeats += 1
                index += 1
            }
            encoder.signed(step)
            encoder.count(repeats)
        }
    }

    private static func integers(_ decoder: inout ByteDecoder) throws(StoreError) -> [Int64] {
        var numbers: [Int64] = []
        var last: Int64 = 0
        while !decoder.isAtEnd {
            let step = try decoder.signed()
            let repeats = try decoder.count()
            guard repeats <= keysMax else { throw ByteDecoder.damaged }
            for _ in 0..<repeats {
                last &+= step
                numbers.append(last)
            }
        }
        return numbers
    }

    /// More keys than any chunk has: a bound so that damaged bytes cannot ask for all memory.
    private static let keysMax = 1 << 24
}
