import BulkModel

/// Maps an input's names to what becomes of each, gathering every fault before refusing.
struct InputMapping {
    /// Faults told in the message; the details have them all.
    private static let messageFaultsMax = 10

    private let target: PlanTarget
    private let names: ColumnNames
    private let mapped: MappedNames
    private let isLenient: Bool
    private var inputs: [Plan.Input] = []
    private var given: Set<String> = []
    /// Mapped names that came.
    private var foundSources: Set<String> = []
    private var faults: [Refusal.Detail] = []
    /// What a lenient job reads over without a fault, in words.
    private(set) var warnings: [String] = []

    init(_ target: PlanTarget, names: ColumnNames, mapped: MappedNames, isLenient: Bool) {
        self.target = target
        self.names = names
        self.mapped = mapped
        self.isLenient = isLenient
    }

    /// Takes the next name, in input order.
    mutating func add(_ name: String) {
        if let target = mapped.target(of: name) {
            foundSources.insert(target.source)
            inputs.append(input(for: target.column, named: name, isJSON: target.isJSON))
            return
        }
        let column = names.column(name)
        if ResultNames.isIgnored(name, isColumn: column != nil) {
            inputs.append(.ignored)
        } else if let column {
            inputs.append(input(for: column, named: name))
        } else {
            inputs.append(.ignored)
            // Only the key of a delete is looked at, so that a file of whole records can be sent.
            if target.operation != .delete { refuseUnknown(name) }
        }
    }

    /// All inputs; refuses with every fault found. A JSON input has no header to judge: its records are judged one by one.
    consuming func finish(isHeader: Bool) throws(Refusal) -> [Plan.Input] {
        if isHeader {
            let missing = mapped.missing(besides: foundSources)
            for target in missing { addMissing(target) }
            addMissingColumns(besides: Set(missing.map(\.column.name)))
        }
        guard faults.isEmpty else { throw refusal() }
        if target.operation == .update { try requireSomethingToSet() }
        return inputs
    }

    private mutating func input(
        for column: ColumnDescription, named name: String, isJSON: Bool = false
    ) -> Plan.Input {
        if column.name == target.rules.tenantColumn {
            noteOnce(column, named: name)
            return .tenantCheck
        }
        if target.operation == .delete, !target.key.contains(column.name) { return .ignored }
        guard !column.isGenerated else {
            refuseComputed(name)
            return .ignored
        }
        noteOnce(column, named: name)
        return .column(target.planned(column, isJSON: isJSON))
    }

    private mutating func noteOnce(_ column: ColumnDescription, named name: String) {
        guard !given.insert(column.name).inserted else { return }
        refuse(name, "Column \"\(column.name)\" is given more than once; leave one.")
    }

    private mutating func refuseUnknown(_ name: String) {
        let message = names.unknownMessage(name)
        guard isLenient else { return refuse(name, message) }
        warnings.append("\(message) It is read over.")
    }

    private mutating func refuseComputed(_ name: String) {
        let message = "Column \"\(name)\" is computed by the database"
        guard isLenient else { return refuse(name, "\(message) and cannot be written; leave it out.") }
        warnings.append("\(message) and is read over.")
    }

    private mutating func addMissing(_ target: MappedNames.Target) {
        let message =
            "\"\(target.source)\" is mapped to column \"\(target.column.name)\" and is not in the header."
        faults.append(
            Refusal.Detail(field: "mapping.\(target.source)", code: .unknownColumn, message: message))
    }

    private mutating func refuse(_ name: String, _ message: String) {
        faults.append(Refusal.Detail(field: name, code: .unknownColumn, message: message))
    }

    private mutating func addMissingColumns(besides named: Set<String>) {
        let missing = target.requiredColumns.filter { !given.contains($0.name) && !named.contains($0.name) }
        for column in missing {
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
