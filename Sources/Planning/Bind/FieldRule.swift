import BulkModel

/// What becomes of one input's fields, worked out once a job; trivially copied.
struct FieldRule {
    var role: Role
    var type = ValueType.any
    /// Place among the record's values.
    var output = 0
    var isRequired = false
    var nullMeaning = NullMeaning.stored
    var emptyIs: EmptyMeaning
    /// Place of the allowed values in `AllowedValues`; nil for all.
    var enumeration: Int?
    /// The database keeps a decimal as an integer or a Double: one that it would change is refused.
    var keepsDoubles = false

    /// Where the field goes.
    enum Role {
        case column, ignored, tenantCheck
        /// A column whose values must be JSON text as well.
        case document
    }

    /// What NULL does.
    enum NullMeaning {
        case stored, refused
        /// The database makes the value, as if none were given.
        case absent
    }

}

extension FieldRule {
    init(_ input: Plan.Input, emptyIs: EmptyMeaning, output: Int) {
        switch input {
        case .ignored: self.init(role: .ignored, emptyIs: emptyIs)
        case .tenantCheck: self.init(role: .tenantCheck, emptyIs: emptyIs)
        case .column(let planned):
            self.init(
                role: planned.isJSON ? .document : .column, type: planned.column.type, output: output,
                isRequired: planned.isRequired,
                emptyIs: emptyIs, keepsDoubles: planned.column.keptForm == .asDouble)
        }
    }
}
