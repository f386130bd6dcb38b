import BulkModel
import Formats

/// Checks and converts single fields: no allocation, no `String`, a switch over the column's type.
struct FieldChecker {
    /// CSV's mark for NULL is `#N/A`.
    private static let nullMarkLength = 4

    let allowed: AllowedValues
    /// UTF-8 of the caller's tenant.
    let tenant: [UInt8]

    func check(_ field: Field, _ rule: FieldRule, in bytes: Span<UInt8>) -> CheckedField {
        switch rule.role {
        case .ignored: .nothing
        case .tenantCheck: checkTenant(field, in: bytes)
        case .column: checkColumn(field, rule, in: bytes)
        case .document: checkDocument(field, rule, in: bytes)
        }
    }

    /// First what the column's type says, then JSON: what is stored is the text.
    private func checkDocument(_ field: Field, _ rule: FieldRule, in bytes: Span<UInt8>) -> CheckedField {
        let checked = checkColumn(field, rule, in: bytes)
        switch checked {
        case .good(.absent), .good(.null), .nothing, .bad: return checked
        case .good: break
        }
        if case .raw = field.kind { return checked }
        return JSONText.isValid(bytes.extracting(field.range)) ? checked : .bad(.notJSON)
    }

    /// Naming no tenant is fine, in whatever way; the caller's own is written either way.
    private func checkTenant(_ field: Field, in bytes: Span<UInt8>) -> CheckedField {
        let text = bytes.extracting(field.range)
        switch field.kind {
        case .absent, .null: return .nothing
        case .bare where isNullMark(text): return .nothing
        case .bare, .quoted, .string, .number, .true, .false, .raw:
            return text.isEmpty || text.isEqual(to: tenant.span) ? .nothing : .bad(.foreignTenant)
        }
    }

    private func checkColumn(_ field: Field, _ rule: FieldRule, in bytes: Span<UInt8>) -> CheckedField {
        let kind = field.kind
        let start = field.start
        let length = field.length
        let text = bytes.extracting(Int(start)..<Int(start) + Int(length))
        // Switches, because `==` on enumerations of another module is a call through a table.
        switch kind {
        case .absent: return absent(rule)
        case .null: return null(rule)
        case .bare:
            if length == 0, let meant = empty(rule) { return meant }
            if isNullMark(text) { return null(rule) }
        case .quoted, .string, .number, .true, .false, .raw: break
        }
        if let enumeration = rule.enumeration, !allowed.contains(text, in: enumeration) {
            return .bad(.notAllowed)
        }
        return convert(.text(start: start, length: length), kind, text, rule)
    }

    /// Nil when an unquoted empty cell is the empty text.
    private func empty(_ rule: FieldRule) -> CheckedField? {
        switch rule.emptyIs {
        case .absent: absent(rule)
        case .null: null(rule)
        case .text: nil
        }
    }

    private func absent(_ rule: FieldRule) -> CheckedField {
        rule.isRequired ? .bad(.missing) : .good(.absent)
    }

    private func null(_ rule: FieldRule) -> CheckedField {
        switch rule.nullMeaning {
        case .stored: .good(.null)
        case .refused: .bad(.null)
        case .absent: absent(rule)
        }
    }

    private func isNullMark(_ text: Span<UInt8>) -> Bool {
        text.count == Self.nullMarkLength && text[0] == UInt8(ascii: "#") && text[1] == UInt8(ascii: "N")
            && text[2] == UInt8(ascii: "/") && text[3] == UInt8(ascii: "A")
    }

    private func convert(
        _ asText: BoundValue, _ kind: FieldKind, _ text: Span<UInt8>, _ rule: FieldRule
    ) -> CheckedField {
        switch rule.type {
        case .integer(let min, let max): return integer(text, min, max)
        case .real: return real(text)
        case .decimal(let precision, let scale):
            return decimal(text, precision, scale, rule.keepsDoubles, asText)
        case .boolean:
            guard let flag = BooleanText.read(text) else { return .bad(.wrongType) }
            return .good(.integer(flag ? 1 : 0))
        case .date: return CalendarText.isDate(text) ? .good(asText) : .bad(.wrongType)
        case .timestamp: return CalendarText.isTimestamp(text) ? .good(asText) : .bad(.wrongType)
        case .time: return CalendarText.isTime(text) ? .good(asText) : .bad(.wrongType)
        case .uuid: return UUIDText.isValid(text) ? .good(asText) : .bad(.wrongType)
        case .json:
            if case .raw = kind { return .good(asText) }
            return JSONText.isValid(text) ? .good(asText) : .bad(.wrongType)
        case .text(let lengthMax): return checkLength(text, lengthMax, asText)
        case .blob: return blob(text, asText)
        case .any:
            if case .number = kind { return number(text) }
            return .good(asText)
        }
    }

    private func integer(_ text: Span<UInt8>, _ min: Int64, _ max: Int64) -> CheckedField {
        switch IntegerText.read(text) {
        case .value(let value): min <= value && value <= max ? .good(.integer(value)) : .bad(.outOfRange)
        case .overflow: .bad(.outOfRange)
        case .malformed: .bad(.wrongType)
        }
    }

    private func real(_ text: Span<UInt8>) -> CheckedField {
        switch RealText.read(text) {
        case .value(let value): .good(.real(value))
        case .overflow: .bad(.outOfRange)
        case .malformed: .bad(.wrongType)
        }
    }

    private func decimal(
        _ text: Span<UInt8>, _ precision: Int?, _ scale: Int?, _ keepsDoubles: Bool, _ asText: BoundValue
    ) -> CheckedField {
        switch DecimalText.check(text, precision: precision, scale: scale, keepsDoubles: keepsDoubles) {
        case .fits: .good(asText)
        case .tooManyDigits: .bad(.tooManyDigits)
        case .tooManyDecimals: .bad(.tooManyDecimals)
        case .notKept: .bad(.notKept)
        case .malformed: .bad(.wrongType)
        }
    }

    /// Still its text: decoded once all fields are checked, since nothing may move while they are read.
    private func blob(_ text: Span<UInt8>, _ asText: BoundValue) -> CheckedField {
        guard BlobText.decodedCount(text) != nil, case .text(let start, let length) = asText else {
            return .bad(.wrongType)
        }
        return .good(.blob(start: start, length: length))
    }

    private func checkLength(_ text: Span<UInt8>, _ lengthMax: Int?, _ asText: BoundValue) -> CheckedField {
        guard let lengthMax, text.count > lengthMax, text.scalarCount > lengthMax else {
            return .good(asText)
        }
        return .bad(.tooLong)
    }

    /// A JSON number in a column without a type: whole if it is, else a Double.
    private func number(_ text: Span<UInt8>) -> CheckedField {
        if case .value(let value) = IntegerText.read(text) { return .good(.integer(value)) }
        return real(text)
    }
}

extension Field {
    /// Its place in the batch's bytes.
    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}
