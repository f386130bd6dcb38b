import BulkModel
import Planning

/// The columns that an insert writes, and the SQL of their values over the staging table `s`.
struct InsertColumns {
    let target: ChunkTarget
    let staging: StagingTable
    /// The column whose keys are drawn beforehand, joined as `made`.
    let madeColumn: String?

    /// Quoted names and values.
    var pairs: [(name: String, value: String)] {
        var pairs: [(String, String)] = []
        for (place, planned) in target.columns.enumerated() where planned.column.name != madeColumn {
            guard let value = value(of: place) else { continue }
            pairs.append((SQLText.quoted(planned.column.name), value))
        }
        if let madeColumn { pairs.append((SQLText.quoted(madeColumn), madeValue(madeColumn))) }
        if let tenant { pairs.append(tenant) }
        return pairs
    }

    /// As `pairs`, and what the database will make of the table's other columns: for looking at records
    /// before they go in. What records bring and the staging table has not is left out. Sequences are not touched, so what they would give is NULL here.
    var image: [(name: String, value: String)] {
        let known = pairs
        let names = Set(known.map(\.name))
        let others = target.table.description.columns.compactMap { column -> (String, String)? in
            let name = SQLText.quoted(column.name)
            guard !names.contains(name), !isLeftOut(column.name) else { return nil }
            let standard = column.isGenerated ? nil : column.defaultSQL
            let value = standard.flatMap { $0.contains("nextval(") ? nil : "(\($0))" } ?? "NULL"
            return (name, "\(value)::\(target.type(of: column.name))")
        }
        return known + others
    }

    /// Inserts the chosen records, the first parameter, in their order; drawn keys are the next two.
    var insert: String {
        let pairs = pairs
        let list = pairs.map(\.name).joined(separator: ", ")
        let values = pairs.map(\.value).joined(separator: ", ")
        let into = pairs.isEmpty ? "" : " (\(list)) OVERRIDING SYSTEM VALUE"
        return """
            INSERT INTO \(target.table.sqlName)\(into) SELECT \(values) FROM \(StagedRows.chosen.sql)\
            \(madeJoin(first: 2)) ORDER BY s.\(StagingTable.record)
            """
    }

    /// `… LEFT JOIN` of the drawn keys; their parameters are `first` and the one after it.
    func madeJoin(first: Int) -> String {
        guard madeColumn != nil else { return "" }
        return " LEFT JOIN unnest($\(first)::bigint[], $\(first + 1)::text[]) AS made (record, key) "
            + "ON made.record = s.\(StagingTable.record)"
    }

    private func isLeftOut(_ name: String) -> Bool {
        guard let place = target.place(of: name) else { return false }
        return staging.shape.presences[place] != .none && !staging.holds(place)
    }

    private func madeValue(_ column: String) -> String {
        let made = "made.key::\(target.type(of: column))"
        guard let place = target.place(of: column), staging.shape.presences[place] != .none else {
            return made
        }
        return "coalesce(s.\(SQLText.quoted(column)), \(made))"
    }

    /// Nil for a column that no record brings, where the database's own default is written, and for one that is left out.
    private func value(of place: Int) -> String? {
        guard staging.holds(place) else { return nil }
        let column = target.columns[place].column
        let name = "s.\(SQLText.quoted(column.name))"
        switch staging.shape.presences[place] {
        case .none: return nil
        case .all: return name
        case .some:
            guard let standard = target.defaultExpression(of: column) else { return name }
            return "CASE WHEN \(staging.isAbsent(place)) THEN (\(standard)) ELSE \(name) END"
        }
    }

    private var tenant: (String, String)? {
        guard let tenant = target.plan.tenant else { return nil }
        let value = SQLText.literal(Parameter.storableText(tenant.value.text))
        // A cast to varchar(n) would cut a longer name down to another tenant's; an assignment refuses it.
        let isText =
            if case .text = target.table.description.column(tenant.column)?.type { true } else { false }
        return (
            SQLText.quoted(tenant.column), "\(value)::\(isText ? "text" : target.type(of: tenant.column))"
        )
    }
}
