import Formats

extension SelectionPlan {
    /// False for an id that the key's column cannot hold, such as `abc` where it has integers: no record has it, and a
    /// database may take the comparison itself for an error.
    package func mayExist(_ key: RecordKey) -> Bool {
        // The usual ones first: this is asked of each id.
        switch (key, self.key.type) {
        case (.integer(let number), .integer(let min, let max)): return min <= number && number <= max
        case (.text, .text(lengthMax: nil)) where self.key.allowedValues == nil: return true
        default: break
        }
        let value: JSONValue =
            switch key {
            case .integer(let number): .integer(number)
            case .text(let text): .string(text)
            }
        guard case .value = OperandReader(self.key).read(value) else { return false }
        return true
    }
}
