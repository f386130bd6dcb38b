import BulkModel

/// The columns that the server sets when records are made and changed.
struct RecordTimes: Sendable {
    let created: ColumnDescription?
    let updated: ColumnDescription?

    /// Throws INTERNAL_ERROR when a configured column holds no times.
    init(_ target: RecordTarget) throws(Refusal) {
        created = try Self.column(target.rules.timestamps?.created, "timestamps.created", target)
        updated = try Self.column(target.rules.timestamps?.updated, "timestamps.updated", target)
    }

    /// Those that a change sets unless the caller names them.
    func columns(setBy change: RecordChange) -> [ColumnDescription] {
        var columns = change == .create ? [created] : []
        if updated?.name != created?.name || columns.isEmpty { columns.append(updated) }
        return columns.compactMap { $0 }
    }

    /// The time as the column takes it.
    static func text(_ now: Timestamp, for column: ColumnDescription) -> [UInt8] {
        let text = now.rfc3339
        // RFC 3339, section 5.6: `full-date` is ten characters long.
        return Array((column.type == .date ? text.prefix(10) : text[...]).utf8)
    }

    private static func column(
        _ name: String?, _ rule: String, _ target: RecordTarget
    ) throws(Refusal) -> ColumnDescription? {
        guard let name, let column = target.table.column(name), !column.isGenerated,
            name != target.key.name, name != target.rules.tenantColumn
        else { return nil }
        guard column.type.holdsTimes else {
            throw Mark.unusable(
                "tables.\(target.table.name).\(rule)", column, "it holds no timestamps")
        }
        return column
    }
}
