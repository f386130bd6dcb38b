import BulkModel
import Planning

/// Checks and judges the operations of one group, before anything is written.
struct BatchGroupCheck {
    let group: BatchGroup
    /// Makes what stands behind the prefix in ids of the server's.
    let makeID: () -> String

    private var table: BatchTable { group.table }

    /// What the operation of the member writes to the record as it stands, or why it may not.
    func write(of index: Int, _ record: SelectedRecord?) -> Result<BatchWrite, Refusal> {
        let member = group.members[index]
        switch group.kind {
        case .create: return change(.create, index, nil)
        case .replace:
            guard let key = member.key else { return .failure(impossible(member)) }
            guard record?.exists == true else { return change(.create, index, nil, key: key) }
            return change(.replace, index, record, key: key)
        case .patch, .delete, .read, .list:
            guard let record, record.exists, let key = member.key else {
                return .failure(table.judge.notFound(member.id))
            }
            guard group.kind == .delete else { return change(.patch, index, record, key: key) }
            if let refusal = table.judge.judge(record) { return .failure(refusal) }
            return .success(BatchWrite(member: index, key: key, step: .delete))
        }
    }

    private func change(
        _ change: RecordChange, _ index: Int, _ record: SelectedRecord?, key: RecordKey? = nil
    ) -> Result<BatchWrite, Refusal> {
        let makesID = key == nil && table.target.rules.keyPrefix != nil && table.target.key.holdsMadeIDs
        let freshKey = makesID ? (table.target.rules.keyPrefix ?? "") + makeID() : nil
        let checked = table.checker(change).check(
            group.members[index].body, key: key, freshKey: freshKey)
        return checked.flatMap { row in
            if let record, let refusal = table.judge.judge(record, status: row.status) {
                return .failure(refusal)
            }
            return .success(BatchWrite(member: index, key: row.key, step: .change(change, row)))
        }
    }

    /// What is told of an id that a new record cannot have.
    private func impossible(_ member: BatchGroup.Member) -> Refusal {
        let key = table.target.key
        let message = "\"\(member.id)\" cannot be the \(key.name) of a record (\(key.declaredType))."
        return Refusal(
            .validationError, issue: "invalid_id", message,
            details: [.init(field: key.name, code: .invalidValue, message: message)])
    }
}
