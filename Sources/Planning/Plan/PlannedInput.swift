import BulkModel

/// The names of one job's input and what becomes of each.
struct PlannedInput {
    let target: PlanTarget
    /// The header as it came, or the keys to pick of JSON records: those of the columns, and what tells that a record comes
    /// from a file of results.
    let names: [String]
    let earlierResult: EarlierResult?
    /// With all names added.
    let mapping: InputMapping

    init(_ spec: JobSpec, header: [String]?, catalog: Catalog) throws(Refusal) {
        target = try Self.target(of: spec, catalog: catalog)
        let mapped = try Self.mapped(spec, target)
        let resultNames = ResultNames(spec, table: target.table)
        let names =
            header ?? mapped.keys(for: Self.picked(target)) + [resultNames.record, resultNames.errorCode]
        self.names = names
        earlierResult = EarlierResult(in: names, resultNames)
        var mapping = InputMapping(
            target, names: ColumnNames(target.table), mapped: mapped, isLenient: spec.options.isLenient)
        for name in names { mapping.add(name) }
        self.mapping = mapping
    }

    static func mapped(_ spec: JobSpec, _ target: PlanTarget) throws(Refusal) -> MappedNames {
        try MappedNames(
            spec.options.mapping, in: ColumnNames(target.table), writes: target.operation != .delete)
    }

    static func target(of spec: JobSpec, catalog: Catalog) throws(Refusal) -> PlanTarget {
        let table = try catalog.planned(spec.table)
        let rules = catalog.rules(of: table.name)
        if spec.operation == .delete, rules.softDelete != nil {
            // Deleting for good what the configuration wants kept would be the worst reading of it.
            throw Refusal(
                .invalidRequest, issue: "soft_delete_unsupported",
                "Table \"\(table.name)\" has soft_delete configured, which bulk jobs do not do yet; update that column."
            )
        }
        switch spec.operation {
        case .query, .insert:
            return PlanTarget(operation: spec.operation, table: table, rules: rules, key: [])
        case .update, .upsert, .delete:
            let key = try KeyChoice.key(spec.key, in: table, rules: rules)
            return PlanTarget(operation: spec.operation, table: table, rules: rules, key: key)
        }
    }

    /// A delete also picks up computed columns, only to read over them, so that exported records can be sent back.
    private static func picked(_ target: PlanTarget) -> [ColumnDescription] {
        target.table.columns.filter { !$0.isGenerated || target.operation == .delete }
    }
}
