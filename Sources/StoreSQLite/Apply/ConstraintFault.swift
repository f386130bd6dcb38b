import BulkModel
import Engine
import Planning

/// Turns what SQLite says of a refused record into a fault that says what to do.
struct ConstraintFault {
    let plan: Plan
    let columns: [PlannedColumn]

    func fault(
        for failure: StepFailure, row: UnsafePointer<BoundValue>, in view: BatchView, at position: Position
    ) -> Fault {
        switch failure.kind {
        case .unique: duplicate(failure, row, view, position)
        case .notNull:
            missing(named(after: "NOT NULL constraint failed: ", failure.message), at: position)
        case .check:
            Fault(
                .checkViolation, at: position,
                message:
                    "the table's CHECK constraint \(tail(failure.message)) refuses the record; correct it")
        case .trigger:
            Fault(
                .checkViolation, issue: "trigger", at: position,
                message: "a trigger of the table refuses the record: \(failure.message)")
        case .ignored:
            Fault(
                .checkViolation, issue: "trigger", at: position,
                message: "a trigger of the table drops the record without a reason; correct it or the trigger"
            )
        case .foreignKey: referred(by: nil, at: position)
        case .type: wrongType(failure, position)
        case .tooBig:
            Fault(
                .invalidValue, at: position, message: "a value is longer than the database takes; shorten it")
        case .other:
            Fault(
                .processingError, at: position,
                message: "the database failed on this record: \(failure.message)")
        }
    }

    func missing(_ names: [String], at position: Position) -> Fault {
        let list = names.joined(separator: ", ")
        return Fault(
            .missingValue, at: position, column: names.count == 1 ? names.first : nil,
            message: "\(list) must have a value; add it to the record")
    }

    func notFound(_ row: UnsafePointer<BoundValue>, _ view: BatchView, at position: Position) -> Fault {
        Fault(
            .recordNotFound, at: position, column: plan.key.count == 1 ? plan.key.first : nil,
            message:
                "there is no record with \(described(plan.key, row, view)); correct the key or insert it first"
        )
    }

    /// The key is taken, be it by a record that the caller does not see.
    func taken(_ row: UnsafePointer<BoundValue>, _ view: BatchView, at position: Position) -> Fault {
        duplicate(names: plan.key, row, view, position)
    }

    private func duplicate(
        _ failure: StepFailure, _ row: UnsafePointer<BoundValue>, _ view: BatchView, _ position: Position
    ) -> Fault {
        let prefix = "UNIQUE constraint failed: "
        if let index = expressionIndex(failure.message.dropFirst(prefix.count)) {
            return Fault(
                .duplicateKey, at: position,
                message: "a record with the same value in the unique index \(index) exists already; "
                    + "change the values that it is made of")
        }
        let names = named(after: prefix, failure.message)
        return duplicate(names: names.filter { $0 != plan.tenant?.column }, row, view, position)
    }

    private func duplicate(
        names: [String], _ row: UnsafePointer<BoundValue>, _ view: BatchView, _ position: Position
    ) -> Fault {
        Fault(
            .duplicateKey, at: position, column: names.count == 1 ? names.first : nil,
            message: "a record with \(described(names, row, view)) exists already; "
                + "change the value, or use upsert to update that record")
    }

    /// The record refers to one that is not there.
    func unresolved(
        _ key: TableDescription.ForeignKey, _ row: UnsafePointer<BoundValue>, _ view: BatchView,
        at position: Position
    ) -> Fault {
        Fault(
            .foreignKeyViolation, at: position, column: key.columns.count == 1 ? key.columns.first : nil,
            message:
                "\(described(key.columns, row, view)) refers to a record of \(key.parentTable) that does not "
                + "exist; load that first or correct the value")
    }

    /// Records of this table (nil: of some table) refer to the record.
    func referred(by table: String?, at position: Position) -> Fault {
        guard let table else {
            return Fault(
                .foreignKeyViolation, at: position,
                message: "other records refer to this one; change or delete those first")
        }
        return Fault(
            .foreignKeyViolation, at: position,
            message: "\(Noun.of(table: plan.table.name)) has related \(table)")
    }

    private func wrongType(_ failure: StepFailure, _ position: Position) -> Fault {
        // STRICT tables: "cannot store TEXT value in INTEGER column t.c".
        let column = failure.message.split(separator: " column ").last.map { unqualified(String($0)) }
        let known = column.flatMap { plan.table.column($0)?.name }
        return Fault(
            .invalidValue, at: position, column: known,
            message: "the value does not fit the column's type (\(failure.message)); correct it")
    }

    /// `t.a, t.b` after the prefix, as column names. Names with a comma in them cannot be told apart: then
    /// all is one.
    private func named(after prefix: String, _ message: String) -> [String] {
        guard message.hasPrefix(prefix) else { return [message] }
        let list = String(message.dropFirst(prefix.count))
        let parts = list.split(separator: ", ").map { unqualified(String($0)) }
        return parts.allSatisfy { plan.table.column($0) != nil } ? parts : [unqualified(list)]
    }

    /// The index's name where it is over an expression: SQLite then says `index 'name'` in place of columns.
    private func expressionIndex(_ text: Substring) -> Substring? {
        guard text.hasPrefix("index '"), text.hasSuffix("'") else { return nil }
        return text.dropFirst("index '".count).dropLast()
    }

    private func unqualified(_ name: String) -> String {
        let prefix = plan.table.name + "."
        return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }

    private func tail(_ message: String) -> String {
        let prefix = "CHECK constraint failed: "
        return message.hasPrefix(prefix) ? "(\(message.dropFirst(prefix.count)))" : "(\(message))"
    }

    /// `name "value"` for each, where the record brings one.
    private func described(_ names: [String], _ row: UnsafePointer<BoundValue>, _ view: BatchView) -> String {
        names.map { name in
            guard let index = columns.firstIndex(where: { $0.column.name == name }),
                let value = view.quoted(row[index])
            else { return name }
            return "\(name) \(value)"
        }.joined(separator: ", ")
    }
}
