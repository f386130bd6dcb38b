import BulkModel

extension SelectionTarget {
    /// Notes what the action cannot do here, or what it does not take.
    func checkAction(_ request: SelectionRequest, _ faults: inout SelectionFaults) {
        guard request.action != .update else { return }
        if request.action == .archive, standing.archive == nil {
            faults.add(
                "no_archive_column", field: "operation", .invalidRequest,
                "Table \"\(table.name)\" has no archive column; configure `tables.\(table.name).archive` with the "
                    + "column that marks archived records.")
        }
        if !request.updates.isEmpty {
            faults.add(
                "updates_not_taken", field: "updates", .invalidRequest,
                "The operation `\(request.action.rawValue)` takes no `updates`; leave them out.")
        }
    }

    /// Tells the writer what each record is set to.
    func addSettings(
        _ request: SelectionRequest, _ limits: Limits, to writer: inout WriteBuilder
    ) throws(Refusal) {
        switch request.action {
        case .update: writer.add(request.updates, limits)
        case .archive: try add(standing.archive, "archive", to: &writer)
        case .delete: try add(standing.softDelete, "soft_delete", to: &writer)
        }
        guard write.operation == .update, let name = rules.timestamps?.updated,
            let column = table.column(name), isWritable(column)
        else { return }
        guard column.type.holdsTimes else {
            throw Mark.unusable(place("timestamps.updated"), column, "it holds no timestamps")
        }
        writer.addChangeTime(column, place: place("timestamps.updated"))
    }

    /// The rule that the updates must keep; archiving and deleting are no changes of status.
    func status(changedBy writer: WriteBuilder, _ request: SelectionRequest) -> StatusRule? {
        guard request.action == .update, let rule = rules.status, !rule.transitions.isEmpty,
            writer.columnNames.contains(rule.column)
        else { return nil }
        return rule
    }

    private func add(_ mark: Mark?, _ rule: String, to writer: inout WriteBuilder) throws(Refusal) {
        guard let mark else { return }
        guard isWritable(mark.column) else {
            throw Mark.unusable(place(rule), mark.column, "it cannot be written")
        }
        writer.add(mark, place: place(rule))
    }

    private func isWritable(_ column: ColumnDescription) -> Bool {
        !column.isGenerated && column.name != key.name && column.name != rules.tenantColumn
    }

    private func place(_ rule: String) -> String { "tables.\(table.name).\(rule)" }
}
