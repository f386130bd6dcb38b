import Engine
import Planning

/// Keys in a row: numbers as long as all of them are.
struct KeyList {
    private var integers: [Int64] = []
    private var texts: [String] = []

    mutating func append(_ key: RecordKey) {
        if case .integer(let integer) = key, texts.isEmpty {
            integers.append(integer)
            return
        }
        if texts.isEmpty, !integers.isEmpty {
            texts = integers.map(String.init)
            integers = []
        }
        texts.append(key.text)
    }

    var generated: GeneratedKeys {
        if !texts.isEmpty { return .texts(texts) }
        return integers.isEmpty ? .none : .integers(integers)
    }
}
