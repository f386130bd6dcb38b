package import BulkModel

extension SelectionPlan {
    /// Characters of an id or a status that a message repeats.
    private static let shownMax = 80

    /// Why the record may not be changed, nil when it may; `number` (from 1) is its place in the selection.
    package func judge(_ record: SelectedRecord, number: Int) -> Fault? {
        guard record.exists else { return notFound(record, number) }
        if let lock = standing.lock, record.isLocked {
            return fault(.lockedRecord, number, lock.column.name, "\(noun) is locked by another process")
        }
        if let archive = standing.archive, record.isArchived {
            return fault(.alreadyArchived, number, archive.column.name, "\(noun) is already archived")
        }
        guard let transitions, let status = record.status, !isLegal(transitions, from: status) else {
            return nil
        }
        let next = nextStatus.map(Self.shown) ?? "NULL"
        return fault(
            .invalidStatusTransition, number, transitions.column,
            "Cannot transition from \(Self.shown(status)) to \(next)")
    }

    /// A status that stays the same is no transition.
    private func isLegal(_ rule: StatusRule, from status: String) -> Bool {
        guard let nextStatus else { return false }
        return status == nextStatus || rule.transitions[status]?.contains(nextStatus) ?? false
    }

    private func notFound(_ record: SelectedRecord, _ number: Int) -> Fault {
        fault(
            .recordNotFound, number, key.name, "There is no \(noun) with id \(Self.shown(record.key.text)).")
    }

    private func fault(_ code: ErrorCode, _ number: Int, _ column: String, _ message: String) -> Fault {
        Fault(code, at: Position(record: number, line: 0, byte: 0), column: column, message: message)
    }

    private static func shown(_ text: String) -> String {
        let head = text.prefix(shownMax)
        return head.endIndex == text.endIndex ? text : head + "…"
    }
}
