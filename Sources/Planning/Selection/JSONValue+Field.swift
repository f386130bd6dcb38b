import Formats

extension JSONValue {
    /// Appends the value's text and gives it as the field that a decoded record would have.
    func field(in bytes: inout [UInt8]) -> Field {
        let start = bytes.count
        let kind: FieldKind
        switch self {
        case .null: kind = .null
        case .bool(let flag):
            kind = flag ? .true : .false
            bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number):
            kind = .number
            bytes.append(contentsOf: String(number).utf8)
        case .number(let digits):
            kind = .number
            bytes.append(contentsOf: digits.utf8)
        case .string(let text):
            kind = .string
            bytes.append(contentsOf: text.utf8)
        case .array, .object:
            kind = .raw
            var writer = JSONWriter()
            writer.value(self)
            bytes.append(contentsOf: writer.bytes)
        }
        return Field(start: UInt32(start), length: UInt32(bytes.count - start), kind: kind)
    }

    /// True for objects and arrays.
    var isContainer: Bool {
        switch self {
        case .array, .object: true
        case .null, .bool, .integer, .number, .string: false
        }
    }
}
