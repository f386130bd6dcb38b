import Planning

/// Values as the text of a JSON array, for `json_each`: one parameter for any number of them.
enum JSONList {
    /// Blobs become their hexadecimal digits, as SQLite's `hex` spells them.
    static func text(_ values: [ConditionValue]) -> String {
        "[" + values.map(text).joined(separator: ",") + "]"
    }

    private static func text(_ value: ConditionValue) -> String {
        switch value {
        case .integer(let integer): String(integer)
        // JSON knows no infinity; 1e999 reads as one.
        case .real(let real): real.isFinite ? "\(real)" : real < 0 ? "-1e999" : "1e999"
        case .text(let text): quoted(text)
        case .blob(let bytes): "\"\(hexadecimal(bytes))\""
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
