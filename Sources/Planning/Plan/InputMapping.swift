import BulkModel

/// Maps an input's names to what becomes of each, gathering every fault before refusing.
struct InputMapping {
    /// Faults told in the message; the details have them all.
    private static let messageFaultsMax = 10

    private let target: PlanTarget
    private let names: ColumnNames
    private var inputs: [Plan.Input] = []
    private var given: Set<String> = []
    private var faults: [Refusal.Detail] = []

    init(_ target: PlanTarget) {
        self.target = target
        names = ColumnNames(target.table)
    }

    /// Takes the next name, in input order.
    mutating func add(_ name: String) {
        let column = names.column(name)
        if ResultNames.isIgnored(name, isColumn: column != nil) {
            inputs.append(.ignored)
        } else if let column {
            inputs.append(input(for: column, named: name))
        } else {
            inputs.append(.ignored)
            // Only the key of a delete is looked at, so that a file of whole records can be sent.
            if target.operation != .delete { refuse(name, names.unknownMessage(name)) }
        }
    }

    /// All inputs; refuses with every fault found. A JSON input has no header to judge: its records are judged one by one.
    consuming func finish(isHeader: Bool) throws(Refusal) -> [Plan.Input] {
        if isHeader { addMissingColumns() }
        guard faults.isEmpty else { throw refusal() }
        if target.operation == .update { try requireSomethingToSet() }
        return inputs
    }

    private mutating func input(for column: ColumnDescription, named name: String) -> Plan.Input {
        if column.name == target.rules.tenantColumn {
            noteOnce(column, named: name)
            return .tenantCheck
        }
        if target.operation == .delete, !target.key.contains(column.name) { return .ignored }
        guard !column.isGenerated else {
            refuse(
                name, "Column \"\(name)\" is computed by the database and cannot be written; leave it out.")
            return .ignored
        }
        noteOnce(column, named: name)
        return .column(target.planned(column))
    }

    private mutating func noteOnce(_ column: ColumnDescription, named name: String) {
        guard !given.insert(column.name).inserted else { return }
        refuse(name, "Column \"\(column.name)\" is given more than once; leave one.")
    }

    private mutating func refuse(_ name: String, _ message: String) {
        faults.append(Refusal.Detail(field: name, code: .unknownColumn, message: message))
    }

    private mutating func addMissingColumns() {
        for column in target.requiredColumns where !given.contains(column.name) {
            let need =
                target.key.contains(column.name)
                ? "identifies the records of this \(target.operation.rawValue)" : "is required"
            faults.append(
                Refusal.Detail(
                    field: column.name, code: .missingValue,
                    message: "Column \"\(column.name)\" \(need) and is not in the header."))
        }
    }

    /// The code is the first fault's: an unknown name often explains the missing one.
    private func refusal() -> Refusal {
        let code = faults.first?.code ?? .unknownColumn
        var message = faults.prefix(Self.messageFaultsMax).map(\.message).joined(separator: " ")
        if faults.count > Self.messageFaultsMax {
            message += " And \(faults.count - Self.messageFaultsMax) more."
        }
        return Refusal(
            code, issue: code == .missingValue ? "missing_columns" : "unknown_columns",
            message, details: faults)
    }

    private func requireSomethingToSet() throws(Refusal) {
        let hasColumnToSet = inputs.contains { input in
            guard case .column(let planned) = input else { return false }
            return !planned.isKey
        }
        guard !hasColumnToSet else { return }
        throw Refusal(
            .missingValue, issue: "nothing_to_set",
            "An update needs at least one column beside its key (\(target.key.joined(separator: ", "))).")
    }
}
