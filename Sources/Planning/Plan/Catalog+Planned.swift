import BulkModel

extension Catalog {
    /// The table, to make a plan for. Throws TABLE_NOT_FOUND, and INTERNAL_ERROR when its configured tenant column is gone.
    func planned(_ name: String) throws(Refusal) -> TableDescription {
        guard let table = tables[name] else {
            throw Refusal(
                .tableNotFound, issue: "unknown_table",
                "There is no table \"\(name)\", or the credential may not use it.")
        }
        if let tenantColumn = rules(of: name).tenantColumn, table.column(tenantColumn) == nil {
            // Going on would open every tenant's rows to all.
            throw Refusal(
                .internalError, issue: "no_tenant_column",
                "The configured tenant column \"\(tenantColumn)\" is not in table \"\(name)\"; see `doctor`.")
        }
        return table
    }
}
