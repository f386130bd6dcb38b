import Planning

/// Values bound to a statement that is being put together.
struct SQLParameters {
    private(set) var values: [Parameter] = []

    /// Its place in the statement: `$3`.
    mutating func add(_ value: Parameter) -> String {
        values.append(value)
        return "$\(values.count)"
    }
}

extension Parameter {
    /// In the spelling that the type's own input function takes.
    static func value(_ value: ConditionValue) -> Parameter {
        if case .blob(let bytes) = value { return .bytes(bytes) }
        return .text(text(of: value))
    }

    /// As elements of an array.
    static func values(_ values: [ConditionValue]) -> Parameter { .texts(values.map(text)) }

    private static func text(of value: ConditionValue) -> String {
        switch value {
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .text(let text): text
        case .blob(let bytes): "\\x" + bytes.map(hexadecimal).joined()
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

extension ConditionValue {
    /// The value with pictures in the place of U+0000, for where it marks a place in an order.
    var storable: ConditionValue {
        if case .text(let text) = self { return .text(Parameter.storableText(text)) }
        return self
    }

    /// No text of PostgreSQL holds U+0000 ("Character Types", 8.3): nothing equals such a value.
    var isStorable: Bool {
        if case .text(let text) = self { return !text.utf8.contains(0) }
        return true
    }
}
