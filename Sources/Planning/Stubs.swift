package import BulkModel
package import Formats

package enum Planner {
    /// Header of a CSV upload (nil for JSON: then every writable column of the table, in table order, is an input,
    /// plus the tenant column as tenantCheck).
    package static func plan(
        _ spec: JobSpec, header: [String]?, catalog: Catalog
    ) throws(Refusal) -> Plan { throw Refusal(.internalError, "") }

    /// What can be refused when the job is created, before any upload: table, key, scopes of columns.
    package static func check(_ spec: JobSpec, catalog: Catalog) throws(Refusal) {}
}

package struct Binder: Sendable {
    package init(plan: Plan, emptyIs: EmptyMeaning) {}
    package func bind(_ batch: consuming RecordBatch) -> BoundBatch { fatalError() }
}

package enum DeclaredType {
    /// SQL declared type text → ValueType  (shared by stores)
    package static func valueType(_ declared: String) -> ValueType { .any }
}
