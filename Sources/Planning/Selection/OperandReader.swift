import BulkModel
import Formats

/// Checks single values of requests (filters' operands, ids) against one column, as fields of records are checked.
struct OperandReader {
    private let column: ColumnDescription
    private let planned: PlannedColumn
    private let rule: FieldRule
    private let checker: FieldChecker
    private let spelling: StoredSpelling?

    /// What a value came to.
    enum Reading {
        case value(ConditionValue)
        case null
        /// Why it is refused, in words that go behind the column's name.
        case refused(String)
    }

    /// Only what the database itself admits counts: a filter may well ask for values that are no longer written.
    init(_ column: ColumnDescription) {
        self.column = column
        planned = PlannedColumn(
            column: column, isRequired: false, isKey: false, enumeration: column.allowedValues,
            refusesNull: false)
        var allowed = AllowedValues()
        var rule = FieldRule(.column(planned), emptyIs: .text, output: 0)
        rule.enumeration = column.allowedValues.map { allowed.add($0) }
        // A value can be asked for though it could not be kept.
        rule.keepsDoubles = false
        self.rule = rule
        checker = FieldChecker(allowed: allowed, tenant: [])
        spelling = StoredSpelling(column)
    }

    /// The value as the column has it.
    func read(_ value: JSONValue) -> Reading {
        if value.isContainer, column.type != .json {
            return .refused("takes one value, neither an array nor an object")
        }
        var bytes: [UInt8] = []
        let field = value.field(in: &bytes)
        switch checker.check(field, rule, in: bytes.span) {
        case .nothing: return .null
        case .good(let value): return reading(spelling?.settle(value, in: &bytes) ?? value, bytes)
        case .bad(let problem):
            return .refused(
                FaultMessage.words(for: problem, name: column.name, planned: planned, text: bytes.span))
        }
    }

    private func reading(_ value: BoundValue, _ bytes: [UInt8]) -> Reading {
        switch value {
        case .absent, .null: return .null
        case .integer(let number): return .value(.integer(number))
        case .real(let number): return .value(.real(number))
        case .text(let start, let length):
            let text = bytes[Int(start)..<Int(start) + Int(length)]
            return .value(.text(String(decoding: text, as: UTF8.self)))
        case .blob: return .value(.blob(decoded(bytes)))
        }
    }

    private func decoded(_ text: [UInt8]) -> [UInt8] {
        var bytes = text
        var span = bytes.mutableSpan
        let count = BlobText.decode(&span, at: 0..<text.count)
        return Array(bytes.prefix(count))
    }
}
