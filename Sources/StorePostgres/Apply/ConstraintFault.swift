import BulkModel
import Planning

/// Turns what the server says of a refused record into a fault that says what to do.
struct ConstraintFault {
    let target: ChunkTarget

    func fault(for failure: ServerFailure, _ record: Int) -> Fault {
        let position = target.batch.position(of: record)
        if failure.isPolicyViolation {
            return Fault(
                .forbidden, issue: "row_security", at: position,
                message: "the table's row-level security does not allow this record; correct it")
        }
        if failure.isRaised || failure.state.hasPrefix("P0") {
            return Fault(
                .checkViolation, issue: "trigger", at: position,
                message: failure.isDrop
                    ? "a trigger of the table drops the record without a reason; correct it or the trigger"
                    : "a trigger of the table refuses the record: \(failure.message)")
        }
        return constraint(failure, record, position)
    }

    private func constraint(_ failure: ServerFailure, _ record: Int, _ position: Position) -> Fault {
        switch failure.state {
        case "23505":
            let index = failure.constraint.flatMap { name in
                target.table.uniqueIndexes.first { $0.name == name || $0.partitionNames.contains(name) }
            }
            return duplicate(index?.columns ?? [], record)
        case "23502": return missing(failure.column.map { [$0] } ?? [], record)
        case "23503", "23001":
            return foreignKey(named: failure.constraint, record, from: failure.table)
        case "23514": return check(failure.constraint, record)
        case "23P01":
            return Fault(
                .checkViolation, issue: "exclusion", at: position,
                message: "the table's constraint \(named(failure)) does not allow this record beside another")
        case let state where state.hasPrefix("22"):
            return Fault(
                .invalidValue, at: position, column: failure.column,
                message: "the value does not fit the column's type (\(failure.message)); correct it")
        default:
            return Fault(
                .processingError, at: position,
                message: "the database failed on this record: \(failure.message)")
        }
    }

    private func named(_ failure: ServerFailure) -> String { failure.constraint.map { "(\($0))" } ?? "" }

    func check(_ name: String?, _ record: Int) -> Fault {
        let what = name.map { "the table's CHECK constraint (\($0)) refuses the record" }
        return Fault(
            .checkViolation, at: target.batch.position(of: record),
            message: (what ?? "no partition of the table takes the record") + "; correct it")
    }

    func missing(_ names: [String], _ record: Int) -> Fault {
        Fault(
            .missingValue, at: target.batch.position(of: record),
            column: names.count == 1 ? names.first : nil,
            message: (names.isEmpty ? "a column" : names.joined(separator: ", "))
                + " must have a value; add it to the record")
    }

    /// The record brings another value than the row has for a column that no update may set.
    func fixed(_ names: [String], _ record: Int) -> Fault {
        Fault(
            .invalidValue, at: target.batch.position(of: record),
            column: names.count == 1 ? names.first : nil,
            message: "the database makes the values of \(names.joined(separator: ", ")), which never change; "
                + "leave them out")
    }

    func notFound(_ record: Int) -> Fault {
        let key = target.plan.key
        return Fault(
            .recordNotFound, at: target.batch.position(of: record), column: key.count == 1 ? key.first : nil,
            message:
                "there is no record with \(described(key, record)); correct the key or insert it first")
    }

    /// The key is taken, be it by a record that the caller does not see.
    func taken(_ record: Int) -> Fault { duplicate(target.plan.key, record) }

    func duplicate(_ columns: [String], _ record: Int) -> Fault {
        let names = columns.filter { $0 != target.plan.tenant?.column }
        let what = names.isEmpty ? "the same key" : described(names, record)
        return Fault(
            .duplicateKey, at: target.batch.position(of: record),
            column: names.count == 1 ? names.first : nil,
            message: "a record with \(what) exists already; "
                + "change the value, or use upsert to update that record")
    }

    /// `table`: the one that has the key, as the server names it.
    func foreignKey(named name: String?, _ record: Int, from table: String? = nil) -> Fault {
        guard target.plan.operation != .delete,
            let key = target.table.foreignKeys.first(where: { $0.name == name })
        else {
            return Fault(
                .foreignKeyViolation, at: target.batch.position(of: record),
                message: table.map { "\(Noun.of(table: target.table.description.name)) has related \($0)" }
                    ?? "other records refer to this one; change or delete those first")
        }
        let names = key.columns.filter { $0 != target.plan.tenant?.column }
        return Fault(
            .foreignKeyViolation, at: target.batch.position(of: record),
            column: names.count == 1 ? names.first : nil,
            message:
                "\(described(names, record)) refers to a record of \(key.parentName) that does not "
                + "exist; load that first or correct the value")
    }

    /// `name "value"` for each, where the record brings one.
    private func described(_ names: [String], _ record: Int) -> String {
        names.map { name in
            guard let place = target.place(of: name),
                let value = target.view.quoted(target.view.row(record)[place])
            else { return name }
            return "\(name) \(value)"
        }.joined(separator: ", ")
    }
}

extension ServerFailure {
    /// The database took the statement and left a record out: what a trigger that gives no row does.
    static let drop = ServerFailure(state: "P0BBK", message: "")

    var isDrop: Bool { state == "P0BBK" }
}
